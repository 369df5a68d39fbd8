package dev.clipstream.image;

import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/// A PNG's header and where its pixels lie; text, profiles and everything else that could unfold
/// are never unpacked.
///
/// @param width       in pixels
/// @param height      in pixels
/// @param depth       bits a sample: 1, 2, 4, 8 or 16
/// @param kind        what a pixel is made of
/// @param interlaced  whether in Adam7's seven passes
/// @param palette     greys where the file has none
/// @param orientation of EXIF
/// @param data        the whole file
/// @param chunks      where in it the compressed pixels lie
record PngFile(
        int width,
        int height,
        int depth,
        Kind kind,
        boolean interlaced,
        Palette palette,
        Orientation orientation,
        Bytes data,
        List<Extent> chunks)
        implements EncodedPicture {

    /// What a pixel is made of, by PNG's number.
    enum Kind {
        GREY(0, 1),
        RGB(2, 3),
        PALETTE(3, 1),
        GREY_ALPHA(4, 2),
        RGBA(6, 4);

        private final int code;
        private final int samples;

        Kind(int code, int samples) {
            this.code = code;
            this.samples = samples;
        }

        int samples() {
            return samples;
        }

        boolean allows(int depth) {
            return switch (this) {
                case GREY -> depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
                case PALETTE -> depth == 1 || depth == 2 || depth == 4 || depth == 8;
                default -> depth == 8 || depth == 16;
            };
        }

        static Kind of(int code) throws ImageException {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            throw ImageException.corrupt("PNG colour type 0, 2, 3, 4 or 6 was expected, found " + code);
        }
    }

    private static final int CHUNK_OVERHEAD = 12;

    /// Even a byte a chunk would do for any picture of less than this many compressed bytes.
    private static final int MAX_DATA_CHUNKS = 1 << 19;

    static PngFile parse(Bytes bytes) throws ImageException {
        if (!bytes.has(12, "IHDR") || bytes.u32be(8) != 13) {
            bytes.require(0, 33);
            throw ImageException.corrupt("A PNG that begins with IHDR was expected, found one that does not");
        }
        checked(bytes, 8, 13);
        long width = bytes.u32be(16);
        long height = bytes.u32be(20);
        int depth = bytes.u8(24);
        Kind kind = Kind.of(bytes.u8(25));
        if (width < 1 || height < 1 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
            throw ImageException.corrupt("A PNG of at least 1 x 1 was expected, found " + width + " x " + height);
        }
        if (!kind.allows(depth) || bytes.u8(26) != 0 || bytes.u8(27) != 0 || bytes.u8(28) > 1) {
            throw ImageException.corrupt("A PNG of a known layout was expected, found " + kind + " of " + depth
                    + " bits, compression " + bytes.u8(26) + ", filter " + bytes.u8(27) + ", interlace "
                    + bytes.u8(28));
        }
        Palette palette = Palette.greys();
        Orientation orientation = Orientation.UPRIGHT;
        List<Extent> chunks = new ArrayList<>();
        boolean palettePresent = false;
        for (long at = 33; at + 8 <= bytes.length() && !bytes.has(at + 4, "IEND"); ) {
            long length = bytes.u32be(at);
            long body = at + 8;
            if (bytes.has(at + 4, "IDAT")) {
                chunks.add(new Extent(body, Math.min(length, bytes.length() - body)));
                if (chunks.size() > MAX_DATA_CHUNKS) {
                    throw ImageException.corrupt(
                            "A PNG of at most " + MAX_DATA_CHUNKS + " IDAT chunks was expected, found more");
                }
            } else if (bytes.has(at + 4, "PLTE")) {
                checked(bytes, at, length);
                palette = Palette.of(bytes, body, length);
                palettePresent = true;
            } else if (bytes.has(at + 4, "eXIf")) {
                orientation = Exif.orientation(bytes, body, body + length);
            }
            at += CHUNK_OVERHEAD + length;
        }
        if (kind == Kind.PALETTE && !palettePresent) {
            throw ImageException.corrupt("A PNG palette was expected, found none");
        }
        return new PngFile(
                (int) width,
                (int) height,
                depth,
                kind,
                bytes.u8(28) == 1,
                palette,
                orientation,
                bytes,
                List.copyOf(chunks));
    }

    private static void checked(Bytes bytes, long at, long length) throws ImageException {
        bytes.require(at, length + CHUNK_OVERHEAD);
        CRC32 crc = new CRC32();
        crc.update(bytes.data(), (int) at + 4, (int) length + 4);
        if (crc.getValue() != bytes.u32be(at + 8 + length)) {
            throw ImageException.corrupt("A PNG chunk that matches its checksum was expected, found one that does not");
        }
    }

    /// Bits a pixel.
    int pixelBits() {
        return depth * kind.samples();
    }

    @Override
    public Footprint footprint(Codecs codecs, int reduction) {
        return Footprint.onHeap(3L * width * height);
    }

    @Override
    public Pixels decode(Codecs codecs, int reduction) throws ImageException {
        return new PngDecoder(this).decode();
    }
}
