package dev.clipstream.image.tiff;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.format.ByteRange;
import dev.clipstream.image.format.Cmyk;
import dev.clipstream.image.format.EncodedBytes;
import dev.clipstream.image.format.HeapPixels;
import dev.clipstream.image.format.Pixels;
import dev.clipstream.image.jpeg.JpegDecoder;
import dev.clipstream.image.jpeg.JpegFile;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/// Decompresses the tiles of a TIFF and converts their samples to RGB as Pillow does. For one use by one thread.
final class TiffDecoder {
    private final TiffFile tiff;
    private final JpegDecoder decoder;
    private final byte[] rgb;

    TiffDecoder(TiffFile tiff, JpegDecoder decoder) {
        this.tiff = tiff;
        this.decoder = decoder;
        this.rgb = new byte[Math.multiplyExact(Math.multiplyExact(tiff.width(), tiff.height()), 3)];
    }

    Pixels decode() throws ImageException {
        for (int down = 0; down < tiff.down(); down++) {
            for (int across = 0; across < tiff.across(); across++) {
                int index = down * tiff.across() + across;
                if (tiff.compression() == TiffCompression.JPEG) {
                    jpegTile(index, across * tiff.tileWidth(), down * tiff.tileHeight());
                } else if (tiff.planar()) {
                    tile(planes(index), tiff.samples(), across * tiff.tileWidth(), down * tiff.tileHeight());
                } else {
                    byte[][] together = {plain(index, tiff.samples())};
                    tile(together, tiff.samples(), across * tiff.tileWidth(), down * tiff.tileHeight());
                }
            }
        }
        return new HeapPixels(tiff.width(), tiff.height(), rgb);
    }

    private byte[][] planes(int index) throws ImageException {
        byte[][] planes = new byte[tiff.samples()][];
        for (int sample = 0; sample < planes.length; sample++) {
            planes[sample] = plain(sample * tiff.across() * tiff.down() + index, 1);
        }
        return planes;
    }

    /// Returns the stored rows of a tile. Strips end with the image, tiles do not.
    private int rowsOf(int index) {
        boolean strip = tiff.tileWidth() == tiff.width();
        int top = index / tiff.across() % tiff.down() * tiff.tileHeight();
        return strip ? Math.min(tiff.tileHeight(), tiff.height() - top) : tiff.tileHeight();
    }

    private byte[] stored(int index) throws ImageException {
        ByteRange tile = tiff.tiles().get(index);
        tiff.data().require(tile.at(), tile.length());
        return Arrays.copyOfRange(tiff.data().data(), (int) tile.at(), (int) (tile.at() + tile.length()));
    }

    private byte[] plain(int index, int samples) throws ImageException {
        byte[] in = stored(index);
        if (tiff.bitsReversed()) {
            for (int i = 0; i < in.length; i++) {
                in[i] = (byte) (Integer.reverse(in[i]) >>> 24);
            }
        }
        int rows = rowsOf(index);
        if (TiffFax.isFax(tiff.compression())) {
            return TiffFax.expand(in, tiff.compression(), tiff.faxOptions(), tiff.tileWidth(), rows);
        }
        int stride = Math.toIntExact(((long) tiff.tileWidth() * samples * tiff.bits() + 7) / 8);
        byte[] out = TiffCompression.expand(tiff.compression(), in, Math.multiplyExact(stride, rows));
        if (tiff.differences() && tiff.compression() != TiffCompression.NONE) {
            for (int row = 0; row < rows; row++) {
                addUp(out, row * stride, stride, samples);
            }
        }
        return out;
    }

    private void addUp(byte[] out, int from, int stride, int samples) {
        if (tiff.bits() == 8) {
            for (int i = from + samples; i < from + stride; i++) {
                out[i] += out[i - samples];
            }
            return;
        }
        int high = tiff.little() ? 1 : 0;
        for (int i = from + 2 * samples; i < from + stride; i += 2) {
            int left = i - 2 * samples;
            int sum = ((out[i + high] & 0xFF) + (out[left + high] & 0xFF)) << 8;
            sum += (out[i + 1 - high] & 0xFF) + (out[left + 1 - high] & 0xFF);
            out[i + high] = (byte) (sum >> 8);
            out[i + 1 - high] = (byte) sum;
        }
    }

    private void jpegTile(int index, int left, int top) throws ImageException {
        byte[] tile = stored(index);
        if (tile.length < 2) {
            throw ImageException.truncated("a JPEG in a TIFF tile", tile.length + " bytes");
        }
        // says what the samples mean according to the TIFF, which overrides the JPEG
        int transform = tiff.photometric() == TiffFile.YCBCR ? 1 : 0;
        byte[] adobe = {(byte) 0xFF, (byte) 0xEE, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, (byte) transform};
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.write(tile, 0, 2);
        whole.writeBytes(adobe);
        whole.writeBytes(tiff.tables().data());
        whole.write(tile, 2, tile.length - 2);
        JpegFile jpeg = JpegFile.parse(new EncodedBytes(whole.toByteArray())).withInkAsStored();
        int columns = Math.min(tiff.tileWidth(), tiff.width() - left);
        int rows = Math.min(tiff.tileHeight(), tiff.height() - top);
        if (jpeg.width() < columns
                || jpeg.height() < rows
                || jpeg.width() > tiff.tileWidth()
                || jpeg.height() > tiff.tileHeight()
                || jpeg.components() != tiff.samples()) {
            throw ImageException.corrupt(
                    "a JPEG of " + columns + " x " + rows + " pixels and " + tiff.samples()
                            + " components in a TIFF tile",
                    jpeg.width() + " x " + jpeg.height() + " and " + jpeg.components());
        }
        try (Pixels pixels = decoder.decode(jpeg, 1)) {
            byte[] row = new byte[columns * 3];
            for (int y = 0; y < rows; y++) {
                pixels.row(y, 0, columns, row);
                if (tiff.photometric() == TiffFile.WHITE_IS_ZERO) {
                    for (int i = 0; i < row.length; i++) {
                        row[i] = (byte) ~row[i];
                    }
                }
                System.arraycopy(row, 0, rgb, ((top + y) * tiff.width() + left) * 3, row.length);
            }
            pixels.checkRest();
        }
    }

    /// Converts the samples of a tile to RGB.
    ///
    /// @param planes one plane of interleaved samples, or one plane for each sample
    private void tile(byte[][] planes, int samples, int left, int top) {
        int together = planes.length == 1 ? samples : 1;
        int stride = Math.toIntExact(((long) tiff.tileWidth() * together * tiff.bits() + 7) / 8);
        int columns = Math.min(tiff.tileWidth(), tiff.width() - left);
        int rows = Math.min(tiff.tileHeight(), tiff.height() - top);
        int[] pixel = new int[samples];
        for (int y = 0; y < rows; y++) {
            int to = ((top + y) * tiff.width() + left) * 3;
            for (int x = 0; x < columns; x++, to += 3) {
                for (int sample = 0; sample < samples; sample++) {
                    pixel[sample] = planes.length == 1
                            ? sample(planes[0], y * stride, x * samples + sample)
                            : sample(planes[sample], y * stride, x);
                }
                colour(pixel, to);
            }
        }
    }

    /// Returns a sample as stored, or without its low byte if it has 12 or 16 bits, as in Pillow.
    private int sample(byte[] plane, int rowAt, int index) {
        return switch (tiff.bits()) {
            case 8 -> plane[rowAt + index] & 0xFF;
            case 16 -> plane[rowAt + 2 * index + (tiff.little() ? 1 : 0)] & 0xFF;
            case 12 -> {
                int bit = index * 12;
                yield (plane[rowAt + (bit >> 3)] & 0xFF) >> (4 - (bit & 7)) & 15;
            }
            default -> {
                int bit = index * tiff.bits();
                int shift = 8 - tiff.bits() - (bit & 7);
                yield (plane[rowAt + (bit >> 3)] & 0xFF) >> shift & (1 << tiff.bits()) - 1;
            }
        };
    }

    private static int divided(int sample, int alpha) {
        return alpha == 0 ? 0 : Math.min(255 * sample / alpha, 255);
    }

    private void colour(int[] pixel, int to) {
        switch (tiff.photometric()) {
            case TiffFile.WHITE_IS_ZERO, TiffFile.BLACK_IS_ZERO -> {
                int grey = tiff.bits() >= 8 ? pixel[0] : pixel[0] * 255 / ((1 << tiff.bits()) - 1);
                Arrays.fill(rgb, to, to + 3, (byte) (tiff.photometric() == TiffFile.WHITE_IS_ZERO ? 255 - grey : grey));
            }
            case TiffFile.PALETTE -> tiff.palette().write(pixel[0], rgb, to);
            case TiffFile.CMYK -> {
                for (int channel = 0; channel < 3; channel++) {
                    rgb[to + channel] = Cmyk.rgb(pixel[channel], pixel[3]);
                }
            }
            default -> {
                for (int channel = 0; channel < 3; channel++) {
                    int sample = pixel[channel];
                    rgb[to + channel] = (byte) (tiff.premultiplied() ? divided(sample, pixel[3]) : sample);
                }
            }
        }
    }
}
