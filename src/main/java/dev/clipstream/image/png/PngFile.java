package dev.clipstream.image.png;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.format.ByteRange;
import dev.clipstream.image.format.EncodedBytes;
import dev.clipstream.image.format.EncodedImage;
import dev.clipstream.image.format.Expansion;
import dev.clipstream.image.format.Footprint;
import dev.clipstream.image.format.Orientation;
import dev.clipstream.image.format.OrientationSource;
import dev.clipstream.image.format.Palette;
import dev.clipstream.image.format.Pixels;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/// A PNG's header, and where its compressed pixels lie.
///
/// Profiles and texts that could expand are never decompressed, except for [PngText].
///
/// @param width       in pixels
/// @param height      in pixels
/// @param depth       bits of a sample: 1, 2, 4, 8 or 16
/// @param kind        what a pixel consists of
/// @param interlaced  whether rows come in the seven passes of Adam7
/// @param palette     greys if the file has none
/// @param orientation from EXIF or XMP, in chunks or in texts
/// @param data        the whole file
/// @param chunks      where in the file the compressed pixels lie
record PngFile(
        int width,
        int height,
        int depth,
        Kind kind,
        boolean interlaced,
        Palette palette,
        Orientation orientation,
        EncodedBytes data,
        List<ByteRange> chunks)
        implements EncodedImage {

    /// What a pixel consists of, with PNG's number for it.
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
            throw ImageException.corrupt("a PNG of colour type 0, 2, 3, 4 or 6", Integer.toString(code));
        }
    }

    private static final int CHUNK_OVERHEAD = 12;

    /// The most IDAT chunks of a file, because each takes memory while the header is read. Even if each held one
    /// byte, they would hold 512 KiB.
    private static final int MAX_DATA_CHUNKS = 1 << 19;

    /// The most texts that are searched for the orientation.
    private static final int MAX_TEXTS = 4;

    static PngFile parse(EncodedBytes bytes) throws ImageException {
        if (!bytes.has(12, "IHDR") || bytes.u32be(8) != 13) {
            bytes.require(0, 33);
            throw ImageException.corrupt("a PNG that begins with IHDR", "one that does not");
        }
        checked(bytes, 8, 13);
        long width = bytes.u32be(16);
        long height = bytes.u32be(20);
        int depth = bytes.u8(24);
        Kind kind = Kind.of(bytes.u8(25));
        if (width < 1 || height < 1 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
            throw ImageException.corrupt("a PNG of at least 1 x 1 pixels", width + " x " + height);
        }
        if (!kind.allows(depth) || bytes.u8(26) != 0 || bytes.u8(27) != 0 || bytes.u8(28) > 1) {
            throw ImageException.corrupt(
                    "a PNG of a known layout",
                    kind + " of " + depth + " bits, compression " + bytes.u8(26) + ", filter " + bytes.u8(27)
                            + ", interlace " + bytes.u8(28));
        }
        Palette palette = Palette.greys();
        OrientationSource orientation = new OrientationSource();
        List<PngText> texts = new ArrayList<>();
        List<ByteRange> chunks = new ArrayList<>();
        boolean palettePresent = false;
        for (long at = 33; at + 8 <= bytes.length() && !bytes.has(at + 4, "IEND"); ) {
            long length = bytes.u32be(at);
            long body = at + 8;
            if (bytes.has(at + 4, "IDAT")) {
                chunks.add(new ByteRange(body, Math.min(length, bytes.length() - body)));
                if (chunks.size() > MAX_DATA_CHUNKS) {
                    throw ImageException.corrupt("a PNG of at most " + MAX_DATA_CHUNKS + " IDAT chunks", "more");
                }
            } else if (bytes.has(at + 4, "PLTE")) {
                checked(bytes, at, length);
                palette = Palette.of(bytes, body, length);
                palettePresent = true;
            } else if (bytes.has(at + 4, "eXIf")) {
                orientation.exif(bytes, body, body + length);
            } else if (texts.size() < MAX_TEXTS) {
                PngText.of(bytes, at + 4, length).ifPresent(texts::add);
            }
            at += CHUNK_OVERHEAD + length;
        }
        // an eXIf chunk counts before all texts, wherever it stands
        texts.forEach(text -> text.addTo(orientation));
        if (kind == Kind.PALETTE && !palettePresent) {
            throw ImageException.corrupt("a PNG with a palette", "none");
        }
        return new PngFile(
                (int) width,
                (int) height,
                depth,
                kind,
                bytes.u8(28) == 1,
                palette,
                orientation.orientation(),
                bytes,
                List.copyOf(chunks));
    }

    private static void checked(EncodedBytes bytes, long at, long length) throws ImageException {
        bytes.require(at, length + CHUNK_OVERHEAD);
        CRC32 crc = new CRC32();
        crc.update(bytes.data(), (int) at + 4, (int) length + 4);
        if (crc.getValue() != bytes.u32be(at + 8 + length)) {
            throw ImageException.corrupt("a PNG chunk that matches its checksum", "one that does not");
        }
    }

    /// Returns the bits of a pixel.
    int pixelBits() {
        return depth * kind.samples();
    }

    /// Returns whether rows can be decoded one by one, in the order in which they are read.
    private boolean inOrder() {
        return !interlaced && !orientation.reversesRows();
    }

    /// Counts all pixels, or else three rows.
    @Override
    public Footprint footprint(int reduction) {
        return Footprint.onHeap(inOrder() ? (8L * 2 + 3) * width : 3L * width * height);
    }

    @Override
    public long leastBytes() {
        return (((long) width * pixelBits() + 7) / 8 + 1) * height / Expansion.DEFLATE;
    }

    @Override
    public Pixels decode(int reduction) throws ImageException {
        return inOrder() ? new PngRows(this) : PngDecoder.decode(this);
    }
}
