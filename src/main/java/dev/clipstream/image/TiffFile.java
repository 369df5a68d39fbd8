package dev.clipstream.image;

import java.util.List;

/// A TIFF's first page: its header, checked, and where its strips or tiles lie.
///
/// A strip is a tile as wide as the picture.
///
/// @param width        in pixels
/// @param height       in pixels
/// @param orientation  of tag 274
/// @param bits         a sample: 1, 2, 4, 8 or 16
/// @param samples      a pixel, at least 1
/// @param photometric  TIFF's number of what the samples mean: 0 to 3, 5 or 6
/// @param premultiplied whether the fourth sample is alpha that the others were multiplied by
/// @param planar       whether each sample has tiles of its own
/// @param compression  TIFF's number
/// @param faxOptions   tag 292 or 293
/// @param differences  whether samples are stored as differences to their left neighbours
/// @param bitsReversed whether the first pixel is in a byte's low bits
/// @param little       whether numbers have their low byte first
/// @param tileWidth    in pixels
/// @param tileHeight   in pixels
/// @param palette      for photometric 3
/// @param tables       JPEG tables that the tiles share, without start and end marker; may be empty
/// @param data         the whole file
/// @param tiles        where they lie in it, row by row, sample by sample if planar
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
        Bytes tables,
        Bytes data,
        List<Extent> tiles)
        implements EncodedPicture {
    static final int WHITE_IS_ZERO = 0;
    static final int BLACK_IS_ZERO = 1;
    static final int RGB = 2;
    static final int PALETTE = 3;
    static final int CMYK = 5;
    static final int YCBCR = 6;

    static TiffFile parse(Bytes bytes) throws ImageException {
        return new TiffParser(bytes).parse();
    }

    /// Tiles beside each other.
    int across() {
        return Math.ceilDiv(width, tileWidth);
    }

    /// Tiles below each other.
    int down() {
        return Math.ceilDiv(height, tileHeight);
    }

    /// RGB of the picture and the samples of one tile, of all planes where they are apart.
    @Override
    public Footprint footprint(Codecs codecs, int reduction) {
        long pixels = (long) tileWidth * tileHeight;
        Footprint tile = compression == TiffCompression.JPEG
                ? codecs.jpegFootprint(pixels, samples, 1)
                : Footprint.onHeap(pixels * samples * bits / 8);
        return tile.plus(Footprint.onHeap(3L * width * height));
    }

    @Override
    public Pixels decode(Codecs codecs, int reduction) throws ImageException {
        return new TiffDecoder(this, codecs).decode();
    }
}
