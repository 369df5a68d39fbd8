package dev.clipstream.image;

import dev.clipstream.event.RejectionReason;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/// Facsimile compression (CCITT groups 3 and 4), left to the JDK's TIFF reader: each tile goes to it as
/// a TIFF of our own making, of one strip, so that it meets no number that was not checked.
final class TiffFax {
    private static final int SHORT = 3;
    private static final int LONG = 4;

    /// Zeros behind the tile: the JDK's decoder looks ahead without looking where the bytes end.
    private static final int PADDING = 8;

    private TiffFax() {}

    /// @param in          the tile's bytes, first pixel in the high bit
    /// @param compression TIFF's number: 2, 3 or 4
    /// @param options     tag 292 or 293
    /// @return rows of packed bits as a fax has them: 1 is black
    static byte[] expand(byte[] in, int compression, int options, int width, int height) throws ImageException {
        ImageReader reader = PortableCodecs.reader("com.sun.imageio.plugins.tiff.", "tiff");
        try (ImageInputStream stream = new MemoryCacheImageInputStream(
                new ByteArrayInputStream(file(in, compression, options, width, height)))) {
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
            throw new ImageException(
                    RejectionReason.CORRUPT, "A fax in a TIFF was expected, found one that the JDK refuses", refused);
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
