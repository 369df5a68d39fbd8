package dev.clipstream.image.gif;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.format.EncodedBytes;
import dev.clipstream.image.format.EncodedImage;
import dev.clipstream.image.format.Expansion;
import dev.clipstream.image.format.Footprint;
import dev.clipstream.image.format.HeapPixels;
import dev.clipstream.image.format.Palette;
import dev.clipstream.image.format.Pixels;

/// A GIF's canvas and its first frame.
///
/// As in Pillow, what the frame does not cover has the transparent colour, or colour 0 if there is none.
///
/// @param width      of the canvas, extended where the frame exceeds it, in pixels
/// @param height     of the canvas, extended where the frame exceeds it, in pixels
/// @param left       of the frame on the canvas
/// @param top        of the frame on the canvas
/// @param columns    of the frame, in pixels
/// @param rows       of the frame, in pixels
/// @param interlaced whether rows come in four passes
/// @param background index of the colour around the frame
/// @param palette    of the frame, or else of the file, or else greys
/// @param data       the whole file
/// @param pixelsAt   where in the file the compressed pixels begin
record GifFile(
        int width,
        int height,
        int left,
        int top,
        int columns,
        int rows,
        boolean interlaced,
        int background,
        Palette palette,
        EncodedBytes data,
        long pixelsAt)
        implements EncodedImage {
    private static final int HEADER = 13;
    private static final int TRAILER = 0x3B;

    static GifFile parse(EncodedBytes bytes) throws ImageException {
        int width = bytes.u16le(6);
        int height = bytes.u16le(8);
        int flags = bytes.u8(10);
        Palette palette = Palette.greys();
        long at = HEADER;
        if ((flags & 0x80) != 0) {
            palette = Palette.of(bytes, at, paletteLength(flags));
            at += paletteLength(flags);
        }
        int background = 0;
        while (true) {
            int block = bytes.u8(at++);
            if (block == '!') {
                boolean control = bytes.u8(at) == 0xF9 && bytes.u8(at + 1) >= 4;
                if (control && (bytes.u8(at + 2) & 1) != 0) {
                    background = bytes.u8(at + 5);
                }
                at = afterBlocks(bytes, at + 1);
            } else if (block == ',') {
                break;
            } else if (block == TRAILER) {
                throw ImageException.corrupt("a GIF with at least one frame", "none");
            }
        }
        int left = bytes.u16le(at);
        int top = bytes.u16le(at + 2);
        int columns = bytes.u16le(at + 4);
        int rows = bytes.u16le(at + 6);
        int frameFlags = bytes.u8(at + 8);
        at += 9;
        if ((frameFlags & 0x80) != 0) {
            palette = Palette.of(bytes, at, paletteLength(frameFlags));
            at += paletteLength(frameFlags);
        }
        int canvasWidth = Math.max(width, left + columns);
        int canvasHeight = Math.max(height, top + rows);
        if (columns == 0 || rows == 0) {
            throw ImageException.corrupt("a GIF frame of at least 1 x 1 pixels", columns + " x " + rows);
        }
        return new GifFile(
                canvasWidth,
                canvasHeight,
                left,
                top,
                columns,
                rows,
                (frameFlags & 0x40) != 0,
                background,
                palette,
                bytes,
                at);
    }

    private static int paletteLength(int flags) {
        return 3 << ((flags & 7) + 1);
    }

    private static long afterBlocks(EncodedBytes bytes, long from) throws ImageException {
        long at = from;
        for (int length = bytes.u8(at); length > 0; length = bytes.u8(at)) {
            at += 1 + length;
        }
        return at + 1;
    }

    @Override
    public Footprint footprint(int reduction) {
        return Footprint.onHeap((long) columns * rows + 3L * width * height);
    }

    @Override
    public long leastBytes() {
        return Math.max((long) columns * rows / Expansion.LZW, Expansion.leastBytes((long) width * height));
    }

    @Override
    public Pixels decode(int reduction) throws ImageException {
        byte[] indices = new LzwDecoder(data, pixelsAt).decode(columns * rows);
        byte[] rgb = new byte[width * height * 3];
        if (columns < width || rows < height) {
            for (int i = 0; i < width * height; i++) {
                palette.write(background, rgb, 3 * i);
            }
        }
        int row = 0;
        int step = interlaced ? 8 : 1;
        int pass = 0;
        for (int stored = 0; stored < rows; stored++) {
            while (row >= rows) {
                pass++;
                row = 8 >> pass;
                step = 16 >> pass;
            }
            int to = ((top + row) * width + left) * 3;
            for (int x = 0; x < columns; x++, to += 3) {
                palette.write(indices[stored * columns + x] & 0xFF, rgb, to);
            }
            row += step;
        }
        return new HeapPixels(width, height, rgb);
    }
}
