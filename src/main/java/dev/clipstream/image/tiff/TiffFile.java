package dev.clipstream.image.tiff;

import dev.clipstream.image.format.ByteRange;
import dev.clipstream.image.format.EncodedBytes;
import dev.clipstream.image.format.Expansion;
import dev.clipstream.image.format.Orientation;
import dev.clipstream.image.format.Palette;
import java.util.List;

/// The checked header of a TIFF's first page, and where its strips or tiles lie. A strip is a tile as wide as the
/// image.
///
/// @param width        in pixels
/// @param height       in pixels
/// @param orientation  from tag 274
/// @param bits         of a sample: 1, 2, 4, 8, 12 or 16
/// @param samples      of a pixel, at least 1
/// @param photometric  TIFF's number for the meaning of the samples: 0 to 3, 5 or 6
/// @param premultiplied whether the fourth sample is alpha by which the others were multiplied
/// @param planar       whether each sample has tiles of its own
/// @param compression  TIFF's number for the compression
/// @param faxOptions   from tag 292
/// @param differences  whether samples are stored as differences from their left neighbours
/// @param bitsReversed whether the first pixel is in a byte's low bits
/// @param little       whether numbers are little-endian
/// @param tileWidth    in pixels
/// @param tileHeight   in pixels
/// @param palette      for photometric 3
/// @param tables       JPEG tables that all tiles share, without start and end marker; may be empty
/// @param data         the whole file
/// @param tiles        where tiles lie in the file: row by row, and sample by sample if planar
record TiffFile(
        int width,
        int height,
        Orientation orientation,
        int bits,
        int samples,
        int photometric,
        boolean premultiplied,
        boolean planar,
        int compression,
        int faxOptions,
        boolean differences,
        boolean bitsReversed,
        boolean little,
        int tileWidth,
        int tileHeight,
        Palette palette,
        EncodedBytes tables,
        EncodedBytes data,
        List<ByteRange> tiles) {
    static final int WHITE_IS_ZERO = 0;
    static final int BLACK_IS_ZERO = 1;
    static final int RGB = 2;
    static final int PALETTE = 3;
    static final int CMYK = 5;
    static final int YCBCR = 6;

    /// Returns the fewest bytes that a file of this size and compression can have.
    long leastBytes() {
        long pixels = (long) width * height;
        long plain = pixels * bits * samples / 8;
        return switch (compression) {
            case TiffCompression.NONE -> plain;
            case TiffCompression.LZW -> plain / Expansion.LZW;
            case TiffCompression.PACK_BITS -> plain / 64;
            case TiffCompression.DEFLATE, TiffCompression.OLD_DEFLATE -> plain / Expansion.DEFLATE;
            case TiffCompression.JPEG -> pixels / Expansion.JPEG;
            // a row of a fax takes at least one bit
            default -> Math.max((long) height * across() / 8, pixels >> 16);
        };
    }

    /// Returns the stored bytes of the largest tile.
    long mostStoredBytes() {
        long most = 0;
        for (ByteRange tile : tiles) {
            most = Math.max(most, Math.min(tile.length(), data.length()));
        }
        return most;
    }

    /// Returns the number of tiles in a row of tiles.
    int across() {
        return Math.ceilDiv(width, tileWidth);
    }

    /// Returns the number of rows of tiles.
    int down() {
        return Math.ceilDiv(height, tileHeight);
    }
}
