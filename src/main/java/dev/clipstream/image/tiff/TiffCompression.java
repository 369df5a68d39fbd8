package dev.clipstream.image.tiff;

import dev.clipstream.image.ImageException;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// The compressions of TIFF that yield plain bytes. Never writes beyond the wanted length, however much is
/// compressed.
final class TiffCompression {
    static final int NONE = 1;
    static final int LZW = 5;
    static final int JPEG = 7;
    static final int DEFLATE = 8;
    static final int PACK_BITS = 32773;
    static final int OLD_DEFLATE = 32946;

    private static final int CLEAR = 256;
    private static final int END = 257;
    private static final int MAX_CODES = 4096;

    private TiffCompression() {}

    static boolean isKnown(int compression) {
        return switch (compression) {
            case NONE, LZW, JPEG, DEFLATE, PACK_BITS, OLD_DEFLATE -> true;
            default -> TiffFax.isFax(compression);
        };
    }

    /// Decompresses a tile. Returns at least the wanted bytes.
    ///
    /// @param compression TIFF's number
    /// @param in          the stored bytes of the tile; returned itself if they are plain
    /// @param want        number of plain bytes
    /// @throws ImageException if the tile is corrupt or too short
    static byte[] expand(int compression, byte[] in, int want) throws ImageException {
        byte[] out = compression == NONE ? in : new byte[want];
        int found = switch (compression) {
            case NONE -> in.length;
            case LZW -> lzw(in, out);
            case PACK_BITS -> packBits(in, out);
            default -> deflate(in, out);
        };
        if (found < want) {
            throw ImageException.truncated("a TIFF tile of " + want + " bytes", Integer.toString(found));
        }
        return out;
    }

    private static int deflate(byte[] in, byte[] out) throws ImageException {
        try (Inflater inflater = new Inflater()) {
            inflater.setInput(in);
            int at = 0;
            while (at < out.length) {
                int inflated = inflater.inflate(out, at, out.length - at);
                if (inflated == 0) {
                    break;
                }
                at += inflated;
            }
            return at;
        } catch (DataFormatException broken) {
            throw ImageException.corrupt("compressed pixels of a TIFF", String.valueOf(broken.getMessage()), broken);
        }
    }

    private static int packBits(byte[] in, byte[] out) {
        int at = 0;
        int from = 0;
        while (at < out.length && from + 1 < in.length) {
            int count = in[from++];
            if (count >= 0) {
                int length = Math.min(Math.min(count + 1, in.length - from), out.length - at);
                System.arraycopy(in, from, out, at, length);
                from += count + 1;
                at += length;
            } else if (count != -128) {
                int length = Math.min(1 - count, out.length - at);
                Arrays.fill(out, at, at + length, in[from++]);
                at += length;
            }
        }
        return at;
    }

    /// Codes begin with the high bits, and grow one code early. Writers before TIFF 6.0 put the low bits first and
    /// let codes grow in time, which the first code, CLEAR, shows.
    private static int lzw(byte[] in, byte[] out) throws ImageException {
        boolean old = in.length >= 2 && in[0] == 0 && (in[1] & 1) != 0;
        int[] starts = new int[MAX_CODES];
        int[] lengths = new int[MAX_CODES];
        int next = END + 1;
        int width = 9;
        int previousStart = 0;
        int previousLength = 0;
        int at = 0;
        long bit = 0;
        while (at < out.length && bit + width <= 8L * in.length) {
            int code = old ? oldCode(in, bit, width) : code(in, bit, width);
            bit += width;
            if (code == END) {
                break;
            }
            if (code == CLEAR) {
                next = END + 1;
                width = 9;
                previousLength = 0;
                continue;
            }
            if (previousLength > 0 && next < MAX_CODES) {
                // the output of the previous code plus one byte, all of which is in the output or about to be
                starts[next] = previousStart;
                lengths[next] = previousLength + 1;
                next++;
            }
            if (code >= next) {
                throw ImageException.corrupt("a TIFF LZW code below " + next, Integer.toString(code));
            }
            int length = code < CLEAR ? 1 : lengths[code];
            if (code < CLEAR) {
                out[at] = (byte) code;
            } else {
                for (int i = 0; i < length && at + i < out.length; i++) {
                    out[at + i] = out[starts[code] + i];
                }
            }
            previousStart = at;
            previousLength = length;
            at += length;
            if (next + (old ? 0 : 1) >= 1 << width && width < 12) {
                width++;
            }
        }
        return Math.min(at, out.length);
    }

    private static int code(byte[] in, long bit, int width) {
        int from = (int) (bit >> 3);
        int word = 0;
        for (int i = 0; i < 3; i++) {
            word = word << 8 | (from + i < in.length ? in[from + i] & 0xFF : 0);
        }
        return word >> (24 - width - (int) (bit & 7)) & (1 << width) - 1;
    }

    private static int oldCode(byte[] in, long bit, int width) {
        int from = (int) (bit >> 3);
        int word = 0;
        for (int i = 2; i >= 0; i--) {
            word = word << 8 | (from + i < in.length ? in[from + i] & 0xFF : 0);
        }
        return word >> (int) (bit & 7) & (1 << width) - 1;
    }
}
