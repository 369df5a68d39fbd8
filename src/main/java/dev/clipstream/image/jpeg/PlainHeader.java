package dev.clipstream.image.jpeg;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.format.EncodedBytes;

/// Decides whether the header of a JPEG is plain: one Huffman-coded scan of one or three components, with valid tables.
///
/// Checks every condition for which libjpeg reports an error when it reads the header of such a file and sets up its
/// decoder, so that it has no cause to. For use by one thread.
final class PlainHeader {
    /// libjpeg's `JPEG_MAX_DIMENSION`.
    private static final int MAX_SIDE = 65_500;

    /// libjpeg's `D_MAX_BLOCKS_IN_MCU`.
    private static final int MAX_BLOCKS = 10;

    private static final int TABLES = 4;
    private static final int LENGTHS = 16;
    private static final int MAX_SYMBOLS = 256;

    private final JpegFile jpeg;
    private final EncodedBytes in;
    private final boolean[] quantisation = new boolean[TABLES];
    private final boolean[] dc = new boolean[TABLES];
    private final boolean[] ac = new boolean[TABLES];
    private long frame = -1;

    private PlainHeader(JpegFile jpeg) {
        this.jpeg = jpeg;
        this.in = jpeg.stripped();
    }

    /// Returns whether a JPEG has a plain header.
    static boolean isOf(JpegFile jpeg) {
        boolean known = jpeg.components() != 4 && jpeg.sampling() != JpegFile.Sampling.OTHER;
        if (jpeg.buffered() || jpeg.arithmetic() || !known || Math.max(jpeg.width(), jpeg.height()) > MAX_SIDE) {
            return false;
        }
        try {
            return new PlainHeader(jpeg).isPlain();
        } catch (ImageException endsEarly) {
            return false;
        }
    }

    private boolean isPlain() throws ImageException {
        if (in.u16be(0) != 0xFFD8) {
            return false;
        }
        long at = 2;
        while (true) {
            int marker = in.u16be(at);
            long body = at + 4;
            long end = at + 2 + in.u16be(at + 2);
            in.require(at, end - at);
            boolean valid = switch (marker) {
                case 0xFFE0, 0xFFEE -> true;
                case 0xFFDD -> end - body == 2;
                case 0xFFDB -> quantisation(body, end);
                case 0xFFC4 -> huffman(body, end);
                case 0xFFC0, 0xFFC1 -> frame(body, end);
                case 0xFFDA -> true;
                default -> false;
            };
            if (!valid || marker == 0xFFDA) {
                return valid && scan(body, end);
            }
            at = end;
        }
    }

    private boolean quantisation(long from, long end) throws ImageException {
        long at = from;
        while (at < end) {
            int kind = in.u8(at);
            int table = kind & 15;
            int precision = kind >> 4;
            if (table >= TABLES || precision > 1) {
                return false;
            }
            quantisation[table] = true;
            at += 1 + 64L * (1 + precision);
        }
        return at == end;
    }

    private boolean huffman(long from, long end) throws ImageException {
        long at = from;
        while (at + 1 + LENGTHS <= end) {
            int kind = in.u8(at);
            int table = kind & 15;
            int symbols = symbols(at + 1);
            long next = at + 1 + LENGTHS + symbols;
            if (table >= TABLES || kind >> 4 > 1 || symbols < 0 || next > end) {
                return false;
            }
            if (kind >> 4 == 0) {
                for (long symbol = at + 1 + LENGTHS; symbol < next; symbol++) {
                    if (in.u8(symbol) > 15) {
                        return false;
                    }
                }
                dc[table] = true;
            } else {
                ac[table] = true;
            }
            at = next;
        }
        return at == end;
    }

    /// Returns the number of symbols of a Huffman table, or -1 if it has more codes of a length than there are.
    private int symbols(long lengths) throws ImageException {
        int symbols = 0;
        int code = 0;
        for (int length = 1; length <= LENGTHS; length++) {
            int count = in.u8(lengths + length - 1);
            symbols += count;
            code += count;
            // a code of only ones is not allowed
            if (symbols > MAX_SYMBOLS || (count > 0 && code >= 1 << length)) {
                return -1;
            }
            code <<= 1;
        }
        return symbols;
    }

    private boolean frame(long body, long end) throws ImageException {
        int components = jpeg.components();
        if (frame >= 0 || in.u8(body) != 8 || end - body != 6 + 3L * components) {
            return false;
        }
        frame = body + 6;
        int blocks = 0;
        for (int i = 0; i < components; i++) {
            int across = in.u8(frame + 3L * i + 1) >> 4;
            int down = in.u8(frame + 3L * i + 1) & 15;
            if (across < 1 || across > 4 || down < 1 || down > 4) {
                return false;
            }
            blocks += across * down;
            for (int j = 0; j < i; j++) {
                if (in.u8(frame + 3L * i) == in.u8(frame + 3L * j)) {
                    return false;
                }
            }
        }
        return components == 1 || blocks <= MAX_BLOCKS;
    }

    private boolean scan(long body, long end) throws ImageException {
        int components = jpeg.components();
        if (frame < 0 || in.u8(body) != components || end - body != 4 + 2L * components) {
            return false;
        }
        for (int i = 0; i < components; i++) {
            int tables = in.u8(body + 2 + 2L * i);
            int table = in.u8(frame + 3L * i + 2);
            if (in.u8(body + 1 + 2L * i) != in.u8(frame + 3L * i)
                    || table >= TABLES
                    || !quantisation[table]
                    || tables >> 4 >= TABLES
                    || !dc[tables >> 4]
                    || (tables & 15) >= TABLES
                    || !ac[tables & 15]) {
                return false;
            }
        }
        return true;
    }
}
