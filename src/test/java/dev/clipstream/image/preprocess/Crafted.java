package dev.clipstream.image.preprocess;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/// Builds encoded images byte by byte that no encoder would write.
final class Crafted {
    private Crafted() {}

    /// Returns a PNG of 8-bit RGB with the given chunks.
    static byte[] png(int width, int height, byte[]... chunks) {
        ByteBuffer header =
                ByteBuffer.wrap(new byte[13]).putInt(width).putInt(height).put(new byte[] {8, 2, 0, 0, 0});
        byte[] png = concat(ascii("\u0089PNG\r\n\u001A\n"), chunk("IHDR", header.array()));
        for (byte[] chunk : chunks) {
            png = concat(png, chunk);
        }
        return concat(png, chunk("IEND", new byte[0]));
    }

    static byte[] chunk(String type, byte[] body) {
        CRC32 crc = new CRC32();
        crc.update(ascii(type));
        crc.update(body);
        byte[] chunk = new byte[12 + body.length];
        ByteBuffer.wrap(chunk).putInt(body.length).put(ascii(type)).put(body).putInt((int) crc.getValue());
        return chunk;
    }

    static byte[] deflatedZeros(int count) throws IOException {
        return deflated(new byte[count]);
    }

    static byte[] deflated(byte[] plain) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(out, new Deflater(Deflater.BEST_COMPRESSION))) {
            deflater.write(plain);
        }
        return out.toByteArray();
    }

    /// Returns a GIF that announces a square frame and has one code.
    static byte[] gif(int side) {
        byte[] gif = new byte[27];
        little(gif)
                .put(ascii("GIF89a"))
                .putShort((short) side)
                .putShort((short) side)
                .position(13)
                .put((byte) ',')
                .position(18)
                .putShort((short) side)
                .putShort((short) side)
                .put(new byte[] {0, 8, 1, 0});
        return gif;
    }

    /// Returns a GIF whose square canvas holds a frame of one pixel.
    static byte[] gifOfOnePixel(int side) {
        byte[] gif = gif(side);
        little(gif).position(18).putShort((short) 1).putShort((short) 1);
        return gif;
    }

    /// Returns a lossless WebP of 34 bytes that announces a square of one colour, whose codes take no bits.
    static byte[] losslessWebp(int side) {
        byte[] webp = new byte[34];
        little(webp)
                .put(ascii("RIFF"))
                .putInt(26)
                .put(ascii("WEBPVP8L"))
                .putInt(14)
                .put((byte) 0x2F)
                .putInt(side - 1 | (side - 1) << 14)
                // no transforms and no cache, then five codes of one symbol each
                .put(new byte[] {(byte) 0x88, (byte) 0x88, 8});
        return webp;
    }

    /// Returns a BMP that announces a square and has no pixels.
    static byte[] bmp(int side) {
        byte[] bmp = new byte[54];
        little(bmp)
                .put(ascii("BM"))
                .putInt(54)
                .putInt(0)
                .putInt(54)
                .putInt(40)
                .putInt(side)
                .putInt(side)
                .putShort((short) 1)
                .putShort((short) 24);
        return bmp;
    }

    /// Returns a progressive grey JPEG that announces a square and has empty scans.
    static byte[] jpeg(int side, int scans) {
        byte[] frame = new byte[15];
        ByteBuffer.wrap(frame)
                .put(new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, (byte) 0xC2, 0, 11, 8})
                .putShort((short) side)
                .putShort((short) side)
                .put(new byte[] {1, 1, 0x11, 0});
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        jpeg.writeBytes(frame);
        for (int i = 0; i < scans; i++) {
            jpeg.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xDA, 0, 8, 1, 1, 0, 0, 0, 0});
        }
        jpeg.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xD9});
        return jpeg.toByteArray();
    }

    /// Returns a JPEG segment with an EXIF orientation.
    static byte[] exif(int orientation) {
        byte[] segment = new byte[36];
        ByteBuffer.wrap(segment)
                .putShort((short) 0xFFE1)
                .putShort((short) 34)
                .put(ascii("Exif\0\0MM\0*"))
                .putInt(8)
                .putShort((short) 1)
                .putShort((short) 274)
                .putShort((short) 3)
                .putInt(1)
                .putShort((short) orientation);
        return segment;
    }

    /// Returns a WebP whose square canvas holds a lossy image of 16 x 16 pixels.
    static byte[] webp(int side) {
        byte[] webp = new byte[48];
        little(webp)
                .put(ascii("RIFF"))
                .putInt(40)
                .put(ascii("WEBPVP8X"))
                .putInt(10)
                .putInt(0)
                .putInt(side - 1)
                .position(27)
                .putShort((short) (side - 1))
                .position(30)
                .put(ascii("VP8 "))
                .putInt(10)
                .put(new byte[] {0, 0, 0, (byte) 0x9D, 1, 0x2A, 16, 0, 16, 0});
        return webp;
    }

    /// Returns a square grey TIFF of 8 bits with one strip of 10 bytes.
    static byte[] tiff(int side, int compression, int rowsPerStrip) {
        int[][] entries = {
            {256, side},
            {257, side},
            {258, 8},
            {259, compression},
            {262, 1},
            {273, 8},
            {277, 1},
            {278, rowsPerStrip},
            {279, 10}
        };
        byte[] tiff = new byte[8 + 2 + entries.length * 12 + 4];
        ByteBuffer file = little(tiff).put(ascii("II*\0")).putInt(8).putShort((short) entries.length);
        for (int[] entry : entries) {
            file.putShort((short) entry[0]).putShort((short) 4).putInt(1).putInt(entry[1]);
        }
        return tiff;
    }

    /// Returns a grey TIFF of one pixel of 8 bits.
    static byte[] tiffOfSampleFormat(int format) {
        int[][] entries = {{256, 1}, {257, 1}, {258, 8}, {259, 1}, {262, 1}, {273, 8}, {277, 1}, {279, 1}, {339, format}
        };
        byte[] tiff = new byte[8 + 2 + entries.length * 12 + 4];
        ByteBuffer file = little(tiff).put(ascii("II*\0")).putInt(8).putShort((short) entries.length);
        for (int[] entry : entries) {
            file.putShort((short) entry[0]).putShort((short) 4).putInt(1).putInt(entry[1]);
        }
        return tiff;
    }

    /// Returns a grey TIFF of one JPEG strip whose shared tables are zeros.
    static byte[] tiffOfTables(int tableBytes) {
        int[][] entries = {
            {256, 4, 1, 16},
            {257, 4, 1, 16},
            {258, 4, 1, 8},
            {259, 4, 1, 7},
            {262, 4, 1, 1},
            {273, 4, 1, 8},
            {277, 4, 1, 1},
            {278, 4, 1, 16},
            {279, 4, 1, 10},
            {347, 7, tableBytes, 8 + 2 + 10 * 12 + 4}
        };
        byte[] tiff = new byte[8 + 2 + entries.length * 12 + 4 + tableBytes];
        ByteBuffer file = little(tiff).put(ascii("II*\0")).putInt(8).putShort((short) entries.length);
        for (int[] entry : entries) {
            file.putShort((short) entry[0])
                    .putShort((short) entry[1])
                    .putInt(entry[2])
                    .putInt(entry[3]);
        }
        return tiff;
    }

    /// Returns a grey PackBits TIFF of 8 bits with a strip for each row. Every strip has the same position and length.
    static byte[] tiffOfStrips(int width, int height, int stripBytes) {
        int[][] entries = {
            {256, 1, width},
            {257, 1, height},
            {258, 1, 8},
            {259, 1, 32773},
            {262, 1, 1},
            {273, height, 122},
            {277, 1, 1},
            {278, 1, 1},
            {279, height, 122 + 4 * height}
        };
        byte[] tiff = new byte[122 + 8 * height];
        ByteBuffer file = little(tiff).put(ascii("II*\0")).putInt(8).putShort((short) entries.length);
        for (int[] entry : entries) {
            file.putShort((short) entry[0]).putShort((short) 4).putInt(entry[1]).putInt(entry[2]);
        }
        for (int i = 0; i < height; i++) {
            file.putInt(122 + 4 * i, 8).putInt(122 + 4 * height + 4 * i, stripBytes);
        }
        return tiff;
    }

    /// Returns a PNG of one pixel with many empty IDAT chunks.
    static byte[] pngOfEmptyChunks(int count) {
        byte[] chunk = chunk("IDAT", new byte[0]);
        byte[] chunks = new byte[count * chunk.length];
        for (int i = 0; i < count; i++) {
            System.arraycopy(chunk, 0, chunks, i * chunk.length, chunk.length);
        }
        return png(1, 1, chunks);
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] concat(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
