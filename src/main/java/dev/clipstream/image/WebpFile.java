package dev.clipstream.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// A WebP's canvas, and of its pictures the first, cut out as a file of its own without alpha plane,
/// profile and metadata.
///
/// So animations need no decoder that knows them, and a decoder sees exactly the frame
/// whose size was checked.
///
/// @param width       of the canvas, in pixels
/// @param height      of the canvas, in pixels
/// @param frame       where the first picture lies on it
/// @param orientation of EXIF
/// @param still       the first picture as a WebP file
record WebpFile(int width, int height, Frame frame, Orientation orientation, Bytes still) implements EncodedPicture {
    private static final int RIFF_HEADER = 12;
    private static final int CHUNK_HEADER = 8;
    private static final int FRAME_HEADER = 16;

    /// Where a picture lies on the canvas, in pixels.
    record Frame(int left, int top, int width, int height) {}

    static WebpFile parse(Bytes bytes) throws ImageException {
        long end = bytes.u32le(4) + CHUNK_HEADER;
        bytes.require(0, end);
        if (!bytes.has(RIFF_HEADER, "VP8X")) {
            return bare(bytes, RIFF_HEADER, end, Orientation.UPRIGHT);
        }
        int width = bytes.u24le(24) + 1;
        int height = bytes.u24le(27) + 1;
        Orientation orientation = Orientation.UPRIGHT;
        WebpFile first = null;
        Frame frame = new Frame(0, 0, width, height);
        long at = RIFF_HEADER;
        while (at + CHUNK_HEADER <= end) {
            long length = bytes.u32le(at + 4);
            long body = at + CHUNK_HEADER;
            bytes.require(body, length);
            if (first == null && isPicture(bytes, at)) {
                first = bare(bytes, at, end, Orientation.UPRIGHT);
            } else if (first == null && bytes.has(at, "ANMF")) {
                frame = new Frame(
                        2 * bytes.u24le(body),
                        2 * bytes.u24le(body + 3),
                        bytes.u24le(body + 6) + 1,
                        bytes.u24le(body + 9) + 1);
                first = bare(bytes, body + FRAME_HEADER, body + length, Orientation.UPRIGHT);
            } else if (bytes.has(at, "EXIF")) {
                long tiff = bytes.has(body, "Exif\0\0") ? body + 6 : body;
                orientation = Exif.orientation(bytes, tiff, body + length);
            }
            at = body + length + length % 2;
        }
        if (first == null) {
            throw ImageException.corrupt("A WebP with a picture in it was expected, found none");
        }
        if (first.width != frame.width
                || first.height != frame.height
                || (long) frame.left + frame.width > width
                || (long) frame.top + frame.height > height) {
            throw ImageException.corrupt("A WebP picture that fits its canvas of " + width + " x " + height
                    + " was expected, found " + first.width + " x " + first.height + " for " + frame);
        }
        return new WebpFile(width, height, frame, orientation, first.still);
    }

    private static boolean isPicture(Bytes bytes, long at) {
        return bytes.has(at, "VP8 ") || bytes.has(at, "VP8L");
    }

    /// The first bare picture between `from` and `end`; what comes before it (an alpha
    /// plane) is passed over.
    private static WebpFile bare(Bytes bytes, long from, long end, Orientation orientation) throws ImageException {
        long at = from;
        while (at + CHUNK_HEADER <= end && !isPicture(bytes, at)) {
            long length = bytes.u32le(at + 4);
            at += CHUNK_HEADER + length + length % 2;
        }
        if (at + CHUNK_HEADER > end) {
            throw ImageException.corrupt("A WebP with a picture in it was expected, found none");
        }
        long length = bytes.u32le(at + 4);
        long body = at + CHUNK_HEADER;
        bytes.require(body, length);
        int width;
        int height;
        if (bytes.has(at, "VP8L")) {
            int packed = bytes.i32le(body + 1);
            if (bytes.u8(body) != 0x2F) {
                throw ImageException.corrupt("A lossless WebP was expected, found another signature");
            }
            width = (packed & 0x3FFF) + 1;
            height = (packed >>> 14 & 0x3FFF) + 1;
        } else {
            if (!bytes.has(body + 3, "\u009D\u0001*")) {
                throw ImageException.corrupt("A lossy WebP key frame was expected, found another start code");
            }
            width = bytes.u16le(body + 6) & 0x3FFF;
            height = bytes.u16le(body + 8) & 0x3FFF;
        }
        if (width == 0 || height == 0) {
            throw ImageException.corrupt("A WebP of at least 1 x 1 was expected, found " + width + " x " + height);
        }
        Bytes still = file(bytes.data(), (int) at, (int) length);
        return new WebpFile(width, height, new Frame(0, 0, width, height), orientation, still);
    }

    private static Bytes file(byte[] data, int chunk, int length) {
        int padded = CHUNK_HEADER + length + length % 2;
        byte[] file = new byte[RIFF_HEADER + padded];
        ByteBuffer.wrap(file)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {'R', 'I', 'F', 'F'})
                .putInt(file.length - CHUNK_HEADER)
                .put(new byte[] {'W', 'E', 'B', 'P'})
                .put(data, chunk, CHUNK_HEADER + length);
        return new Bytes(file);
    }

    @Override
    public Footprint footprint(Codecs codecs, int reduction) {
        Footprint picture = codecs.webpFootprint((long) frame.width * frame.height);
        boolean whole = frame.width == width && frame.height == height;
        return whole ? picture : picture.plus(Footprint.onHeap(3L * width * height));
    }

    @Override
    public Pixels decode(Codecs codecs, int reduction) throws ImageException {
        Pixels picture = codecs.webp(still, frame.width, frame.height);
        if (frame.width == width && frame.height == height) {
            return picture;
        }
        try (picture) {
            byte[] canvas = new byte[width * height * 3];
            byte[] row = new byte[frame.width * 3];
            for (int y = 0; y < frame.height; y++) {
                picture.row(y, 0, frame.width, row);
                System.arraycopy(row, 0, canvas, ((frame.top + y) * width + frame.left) * 3, row.length);
            }
            return new Pixels.OnHeap(width, height, canvas);
        }
    }
}
