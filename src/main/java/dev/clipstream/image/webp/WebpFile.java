package dev.clipstream.image.webp;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.format.EncodedBytes;
import dev.clipstream.image.format.Orientation;
import dev.clipstream.image.format.OrientationSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// A WebP's canvas, and its first image as a file of its own without alpha plane, profile and metadata.
///
/// @param width       of the canvas, in pixels
/// @param height      of the canvas, in pixels
/// @param frame       where the first image lies on the canvas
/// @param orientation from EXIF or XMP
/// @param still       the first image as a WebP file
record WebpFile(int width, int height, Frame frame, Orientation orientation, EncodedBytes still) {
    private static final int RIFF_HEADER = 12;
    private static final int CHUNK_HEADER = 8;
    private static final int FRAME_HEADER = 16;
    private static final int EXIF_FEATURE = 8;
    private static final int XMP_FEATURE = 4;

    /// Where an image lies on the canvas, in pixels.
    record Frame(int left, int top, int width, int height) {}

    static WebpFile parse(EncodedBytes bytes) throws ImageException {
        long end = bytes.u32le(4) + CHUNK_HEADER;
        bytes.require(0, end);
        if (!bytes.has(RIFF_HEADER, "VP8X")) {
            return bare(bytes, RIFF_HEADER, end);
        }
        int width = bytes.u24le(24) + 1;
        int height = bytes.u24le(27) + 1;
        OrientationSource orientation = new OrientationSource();
        int features = bytes.u8(20);
        WebpFile first = null;
        Frame frame = new Frame(0, 0, width, height);
        long at = RIFF_HEADER;
        while (at + CHUNK_HEADER <= end) {
            long length = bytes.u32le(at + 4);
            long body = at + CHUNK_HEADER;
            bytes.require(body, length);
            if (first == null && isImage(bytes, at)) {
                first = bare(bytes, at, end);
            } else if (first == null && bytes.has(at, "ANMF")) {
                frame = new Frame(
                        2 * bytes.u24le(body),
                        2 * bytes.u24le(body + 3),
                        bytes.u24le(body + 6) + 1,
                        bytes.u24le(body + 9) + 1);
                first = bare(bytes, body + FRAME_HEADER, body + length);
            } else if (bytes.has(at, "EXIF") && (features & EXIF_FEATURE) != 0) {
                orientation.exif(bytes, body, body + length);
            } else if (bytes.has(at, "XMP ") && (features & XMP_FEATURE) != 0) {
                orientation.xmp(bytes, body, length);
            }
            at = body + length + length % 2;
        }
        if (first == null) {
            throw noImage();
        }
        if (first.width != frame.width
                || first.height != frame.height
                || (long) frame.left + frame.width > width
                || (long) frame.top + frame.height > height) {
            throw ImageException.corrupt(
                    "a WebP image that fits its canvas of " + width + " x " + height + " pixels",
                    first.width + " x " + first.height + " for " + frame);
        }
        return new WebpFile(width, height, frame, orientation.orientation(), first.still);
    }

    private static boolean isImage(EncodedBytes bytes, long at) {
        return bytes.has(at, "VP8 ") || bytes.has(at, "VP8L");
    }

    private static ImageException noImage() {
        return ImageException.corrupt("a WebP with an image in it", "none");
    }

    /// Returns the first bare image between `from` and `end`. Skips what comes before it, such as an alpha plane.
    private static WebpFile bare(EncodedBytes bytes, long from, long end) throws ImageException {
        long at = from;
        while (at + CHUNK_HEADER <= end && !isImage(bytes, at)) {
            long length = bytes.u32le(at + 4);
            at += CHUNK_HEADER + length + length % 2;
        }
        if (at + CHUNK_HEADER > end) {
            throw noImage();
        }
        long length = bytes.u32le(at + 4);
        long body = at + CHUNK_HEADER;
        bytes.require(body, length);
        int width;
        int height;
        if (bytes.has(at, "VP8L")) {
            int packed = bytes.i32le(body + 1);
            if (bytes.u8(body) != 0x2F) {
                throw ImageException.corrupt("a lossless WebP", "another signature");
            }
            width = (packed & 0x3FFF) + 1;
            height = (packed >>> 14 & 0x3FFF) + 1;
        } else {
            if (!bytes.has(body + 3, "\u009D\u0001*")) {
                throw ImageException.corrupt("a lossy WebP key frame", "another start code");
            }
            width = bytes.u16le(body + 6) & 0x3FFF;
            height = bytes.u16le(body + 8) & 0x3FFF;
        }
        if (width == 0 || height == 0) {
            throw ImageException.corrupt("a WebP of at least 1 x 1 pixels", width + " x " + height);
        }
        EncodedBytes still = file(bytes.data(), (int) at, (int) length);
        return new WebpFile(width, height, new Frame(0, 0, width, height), Orientation.UPRIGHT, still);
    }

    private static EncodedBytes file(byte[] data, int chunk, int length) {
        int padded = CHUNK_HEADER + length + length % 2;
        byte[] file = new byte[RIFF_HEADER + padded];
        ByteBuffer.wrap(file)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {'R', 'I', 'F', 'F'})
                .putInt(file.length - CHUNK_HEADER)
                .put(new byte[] {'W', 'E', 'B', 'P'})
                .put(data, chunk, CHUNK_HEADER + length);
        return new EncodedBytes(file);
    }

    /// Returns whether the first image is lossless.
    boolean lossless() {
        return still.has(RIFF_HEADER, "VP8L");
    }

    /// Returns whether the first image covers the canvas.
    boolean isWhole() {
        return frame.width == width && frame.height == height;
    }
}
