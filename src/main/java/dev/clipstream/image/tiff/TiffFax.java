package dev.clipstream.image.tiff;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.codec.ImageIoReaders;
import dev.clipstream.image.format.EncodedBytes;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/// Decompresses fax tiles (CCITT groups 3 and 4) with the JDK's TIFF reader.
///
/// Each tile goes to the reader as a new TIFF of one strip, so that every number that the reader sees has been checked.
final class TiffFax {
    private static final int SHORT = 3;
    private static final int LONG = 4;

    /// Zeros after the tile. The JDK's decoder looks ahead without checking where the bytes end.
    private static final int PADDING = 8;

    private TiffFax() {}

    /// Returns rows of packed bits as in a fax: 1 is black.
    ///
    /// @param in          the stored bytes of the tile, first pixel in the high bit
    /// @param compression TIFF's number: 2, 3 or 4
    /// @param options     the value of tag 292 or 293
    /// @param width       of the tile, in pixels
    /// @param height      of the tile, in pixels
    /// @throws ImageException if the JDK's reader refuses the tile
    static byte[] expand(byte[] in, int compression, int options, int width, int height) throws ImageException {
        ImageReader reader = ImageIoReaders.open("com.sun.imageio.plugins.tiff.", "TIFF");
        try (ImageInputStream stream =
                ImageIoReaders.stream(new EncodedBytes(file(in, compression, options, width, height)))) {
            reader.setInput(stream, true, true);
            Raster raster = reader.read(0).getRaster();
            int stride = Math.ceilDiv(width, 8);
            byte[] rows = new byte[stride * height];
            int[] row = new int[width];
            for (int y = 0; y < height; y++) {
                raster.getPixels(0, y, width, 1, row);
                for (int x = 0; x < width; x++) {
                    rows[y * stride + x / 8] |= (byte) (row[x] << (7 - x % 8));
                }
            }
            return rows;
        } catch (IOException refused) {
            throw ImageException.corrupt("a fax in a TIFF", "one that the JDK's reader refuses", refused);
        } finally {
            reader.dispose();
        }
    }

    private static byte[] file(byte[] in, int compression, int options, int width, int height) {
        int[][] entries = {
            {256, LONG, width},
            {257, LONG, height},
            {258, SHORT, 1},
            {259, SHORT, compression},
            {262, SHORT, TiffFile.BLACK_IS_ZERO},
            {273, LONG, 8},
            {277, SHORT, 1},
            {278, LONG, height},
            {279, LONG, in.length + PADDING},
            {compression == 4 ? 293 : 292, LONG, options},
        };
        int directory = 8 + in.length + PADDING + in.length % 2;
        ByteBuffer file = ByteBuffer.allocate(directory + 2 + 12 * entries.length + 4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {'I', 'I', '*', 0})
                .putInt(directory)
                .put(in)
                .position(directory)
                .putShort((short) entries.length);
        for (int[] entry : entries) {
            file.putShort((short) entry[0]).putShort((short) entry[1]).putInt(1).putInt(entry[2]);
        }
        return file.array();
    }
}
