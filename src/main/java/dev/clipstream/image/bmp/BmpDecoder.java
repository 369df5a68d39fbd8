package dev.clipstream.image.bmp;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.format.EncodedBytes;
import dev.clipstream.image.format.HeapPixels;
import dev.clipstream.image.format.PackedSamples;
import dev.clipstream.image.format.Pixels;

/// Decodes the pixels of a bitmap, with rows in the stored order.
final class BmpDecoder {
    private BmpDecoder() {}

    static Pixels plain(BmpFile bmp) throws ImageException {
        int width = bmp.width();
        long stride = ((long) width * bmp.bits() + 31) / 32 * 4;
        int used = Math.toIntExact(((long) width * bmp.bits() + 7) / 8);
        bmp.data().require(bmp.pixelsAt(), stride * (bmp.height() - 1) + used);
        byte[] data = bmp.data().data();
        byte[] rgb = new byte[width * bmp.height() * 3];
        byte[] row = new byte[used];
        int to = 0;
        for (int y = 0; y < bmp.height(); y++) {
            int from = (int) (bmp.pixelsAt() + y * stride);
            if (bmp.bits() == 24) {
                for (int x = 0; x < width; x++, to += 3, from += 3) {
                    rgb[to] = data[from + 2];
                    rgb[to + 1] = data[from + 1];
                    rgb[to + 2] = data[from];
                }
            } else if (bmp.bits() > 8) {
                to = masked(bmp, from, rgb, to);
            } else {
                System.arraycopy(data, from, row, 0, used);
                for (int x = 0; x < width; x++, to += 3) {
                    bmp.palette().write(PackedSamples.at(row, x, bmp.bits()), rgb, to);
                }
            }
        }
        return new HeapPixels(width, bmp.height(), rgb);
    }

    private static int masked(BmpFile bmp, int rowAt, byte[] rgb, int start) throws ImageException {
        BmpFile.Masks masks = bmp.masks();
        int to = start;
        int from = rowAt;
        for (int x = 0; x < bmp.width(); x++, to += 3, from += bmp.bits() / 8) {
            int pixel = bmp.bits() == 16 ? bmp.data().u16le(from) : bmp.data().i32le(from);
            rgb[to] = BmpFile.Masks.spread(pixel, masks.red());
            rgb[to + 1] = BmpFile.Masks.spread(pixel, masks.green());
            rgb[to + 2] = BmpFile.Masks.spread(pixel, masks.blue());
        }
        return to;
    }

    /// Decodes runs of equal pixels, literal pixels and jumps. Pixels that are jumped over have colour 0. Pixels
    /// beyond the end of a row are dropped.
    static Pixels runs(BmpFile bmp) throws ImageException {
        EncodedBytes in = bmp.data();
        in.require(bmp.pixelsAt(), 2);
        byte[] indices = new byte[bmp.width() * bmp.height()];
        boolean nibbles = bmp.bits() == 4;
        long at = bmp.pixelsAt();
        long x = 0;
        long y = 0;
        while (y < bmp.height()) {
            int count = in.u8(at);
            int value = in.u8(at + 1);
            at += 2;
            if (count > 0) {
                for (int i = 0; i < count; i++, x++) {
                    put(bmp, indices, x, y, !nibbles ? value : i % 2 == 0 ? value >> 4 : value & 15);
                }
            } else if (value == 0) {
                x = 0;
                y++;
            } else if (value == 1) {
                break;
            } else if (value == 2) {
                x += in.u8(at);
                y += in.u8(at + 1);
                at += 2;
            } else {
                int bytes = nibbles ? (value + 1) / 2 : value;
                in.require(at, bytes);
                for (int i = 0; i < value; i++, x++) {
                    int packed = in.u8(at + (nibbles ? i / 2 : i));
                    put(bmp, indices, x, y, !nibbles ? packed : i % 2 == 0 ? packed >> 4 : packed & 15);
                }
                at += bytes + bytes % 2;
            }
        }
        byte[] rgb = new byte[indices.length * 3];
        for (int i = 0; i < indices.length; i++) {
            bmp.palette().write(indices[i] & 0xFF, rgb, 3 * i);
        }
        return new HeapPixels(bmp.width(), bmp.height(), rgb);
    }

    private static void put(BmpFile bmp, byte[] indices, long x, long y, int index) {
        if (x < bmp.width()) {
            indices[(int) (y * bmp.width() + x)] = (byte) index;
        }
    }
}
