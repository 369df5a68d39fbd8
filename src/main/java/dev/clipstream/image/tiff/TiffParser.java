package dev.clipstream.image.tiff;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.format.ByteRange;
import dev.clipstream.image.format.EncodedBytes;
import dev.clipstream.image.format.Orientation;
import dev.clipstream.image.format.Palette;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads the first directory of a TIFF and checks it. For one use by one thread.
final class TiffParser {
    private static final int WIDTH = 256;
    private static final int HEIGHT = 257;
    private static final int BITS = 258;
    private static final int COMPRESSION = 259;
    private static final int PHOTOMETRIC = 262;
    private static final int FILL_ORDER = 266;
    private static final int STRIP_OFFSETS = 273;
    private static final int ORIENTATION = 274;
    private static final int SAMPLES = 277;
    private static final int ROWS_PER_STRIP = 278;
    private static final int STRIP_BYTES = 279;
    private static final int PLANAR = 284;
    private static final int T4_OPTIONS = 292;
    private static final int T6_OPTIONS = 293;
    private static final int PREDICTOR = 317;
    private static final int COLOUR_MAP = 320;
    private static final int TILE_WIDTH = 322;
    private static final int TILE_HEIGHT = 323;
    private static final int TILE_OFFSETS = 324;
    private static final int TILE_BYTES = 325;
    private static final int EXTRA_SAMPLES = 338;
    private static final int SAMPLE_FORMAT = 339;
    private static final int JPEG_TABLES = 347;

    /// Most pixels of a tile, unless four times the image are more: a tile may exceed a small image.
    private static final long MAX_TILE_PIXELS = 1L << 22;

    /// Most pixels of all tiles together, unless four times the image are more.
    private static final long MAX_SPARE_PIXELS = 1L << 26;

    /// This many tiles of the smallest size make an image of 134 megapixels.
    private static final int MAX_TILES = 1 << 19;

    /// In a valid file tiles share no bytes, but some writers give lengths that are too large.
    private static final int MAX_OVERLAP = 4;

    /// Most bytes of JPEG tables, which are read once for each tile. Four quantisation tables of 16 bits and eight
    /// Huffman tables take 1,500 bytes.
    private static final int MAX_TABLES = 1 << 12;

    private final EncodedBytes in;
    private final boolean little;
    private final Map<Integer, Entry> entries = new HashMap<>();

    /// @param type  TIFF's number for the type of a value
    /// @param count of values
    /// @param at    where the values begin
    private record Entry(int type, long count, long at) {}

    TiffParser(EncodedBytes in) {
        this.in = in;
        this.little = in.has(0, "II");
    }

    TiffFile parse() throws ImageException {
        readDirectory();
        long width = number(WIDTH, 0);
        long height = number(HEIGHT, 0);
        if (width < 1 || height < 1 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
            throw ImageException.corrupt("a TIFF of at least 1 x 1 pixels", width + " x " + height);
        }
        int samples = (int) number(SAMPLES, 1);
        int bits = (int) number(BITS, 1);
        int photometric = (int) number(PHOTOMETRIC, samples >= 3 ? TiffFile.RGB : TiffFile.BLACK_IS_ZERO);
        int compression = (int) number(COMPRESSION, 1);
        checkLayout(samples, bits, photometric, compression);
        boolean tiled = entries.containsKey(TILE_WIDTH);
        long tileWidth = tiled ? number(TILE_WIDTH, 0) : width;
        long tileHeight = tiled ? number(TILE_HEIGHT, 0) : Math.min(number(ROWS_PER_STRIP, height), height);
        boolean tooLarge = tiled
                && (tileWidth > MAX_TILE_PIXELS
                        || tileHeight > MAX_TILE_PIXELS
                        || tileWidth * tileHeight > Math.max(MAX_TILE_PIXELS, 4 * width * height));
        if (tileWidth < 1 || tileHeight < 1 || tooLarge) {
            throw ImageException.corrupt("TIFF tiles about as large as the image", tileWidth + " x " + tileHeight);
        }
        boolean planar = number(PLANAR, 1) == 2 && samples > 1;
        long places = Math.ceilDiv(width, tileWidth) * Math.ceilDiv(height, tileHeight);
        long tiles = places * (planar ? samples : 1);
        if (tiles > MAX_TILES || places * tileWidth * tileHeight > Math.max(MAX_SPARE_PIXELS, 4 * width * height)) {
            throw ImageException.corrupt(
                    "at most " + MAX_TILES + " TIFF tiles or strips, together about as large as the image",
                    tiles + " of " + tileWidth + " x " + tileHeight);
        }
        return new TiffFile(
                (int) width,
                (int) height,
                Orientation.of(number(ORIENTATION, 1)),
                bits,
                samples,
                photometric,
                samples > 3 && photometric == TiffFile.RGB && number(EXTRA_SAMPLES, 0) == 1,
                planar,
                compression,
                (int) number(compression == 4 ? T6_OPTIONS : T4_OPTIONS, 0),
                number(PREDICTOR, 1) == 2,
                number(FILL_ORDER, 1) == 2,
                little,
                (int) tileWidth,
                (int) tileHeight,
                palette(bits, photometric),
                tables(),
                in,
                tiles(tiled ? TILE_OFFSETS : STRIP_OFFSETS, tiled ? TILE_BYTES : STRIP_BYTES, tiles));
    }

    private void readDirectory() throws ImageException {
        long directory = u32(4);
        int count = u16(directory);
        in.require(directory + 2, 12L * count);
        for (int i = 0; i < count; i++) {
            long entry = directory + 2 + 12L * i;
            int type = u16(entry + 2);
            long values = u32(entry + 4);
            long length = values * size(type);
            entries.putIfAbsent(u16(entry), new Entry(type, values, length <= 4 ? entry + 8 : u32(entry + 8)));
        }
    }

    private static int size(int type) {
        return switch (type) {
            case 3, 8 -> 2;
            case 4, 9, 11, 13 -> 4;
            case 5, 10, 12 -> 8;
            default -> 1;
        };
    }

    private void checkLayout(int samples, int bits, int photometric, int compression) throws ImageException {
        boolean jpeg = compression == TiffCompression.JPEG;
        boolean layout = switch (photometric) {
            case TiffFile.WHITE_IS_ZERO, TiffFile.BLACK_IS_ZERO -> samples <= 2;
            case TiffFile.RGB -> samples >= 3 && samples <= 6 && bits >= 8;
            case TiffFile.PALETTE -> samples <= 2 && bits <= 8 && !jpeg;
            case TiffFile.CMYK -> samples >= 4 && samples <= 6 && bits >= 8 && !jpeg;
            case TiffFile.YCBCR -> samples == 3 && jpeg;
            default -> false;
        };
        boolean depth = bits == 8 || (!jpeg && (bits == 16 || (samples == 1 && (bits == 1 || bits == 2 || bits == 4))));
        boolean fax = TiffCompression.isFax(compression);
        long predictor = number(PREDICTOR, 1);
        if (samples < 1
                || !layout
                || !depth
                || !TiffCompression.isKnown(compression)
                || (fax && bits != 1)
                || (jpeg && samples != 1 && samples != 3)
                || (predictor != 1 && (predictor != 2 || bits < 8))
                || number(SAMPLE_FORMAT, 1) != 1) {
            throw ImageException.unsupported(
                    "a TIFF of grey, RGB, palette, CMYK or JPEG samples of 1 to 16 bits",
                    "photometric " + photometric + ", " + samples + " samples of " + bits + " bits, compression "
                            + compression + ", predictor " + predictor);
        }
        Entry each = entries.get(BITS);
        for (int i = 1; each != null && i < Math.min(each.count, samples); i++) {
            if (value(each, i) != bits) {
                throw ImageException.unsupported(
                        "TIFF samples of equal depth", bits + " and " + value(each, i) + " bits");
            }
        }
    }

    private Palette palette(int bits, int photometric) throws ImageException {
        Entry map = entries.get(COLOUR_MAP);
        if (photometric != TiffFile.PALETTE) {
            return Palette.greys();
        }
        int colours = 1 << bits;
        if (map == null || map.count < 3L * colours) {
            throw ImageException.corrupt("a TIFF palette of " + colours + " colours", "fewer");
        }
        byte[] rgb = new byte[3 * colours];
        for (int i = 0; i < colours; i++) {
            for (int channel = 0; channel < 3; channel++) {
                rgb[3 * i + channel] = (byte) (value(map, (long) channel * colours + i) >> 8);
            }
        }
        return new Palette(rgb);
    }

    private EncodedBytes tables() throws ImageException {
        Entry tables = entries.get(JPEG_TABLES);
        if (tables == null || tables.count < 4) {
            return new EncodedBytes(new byte[0]);
        }
        in.require(tables.at, tables.count);
        if (tables.count > MAX_TABLES) {
            throw ImageException.corrupt(
                    "JPEG tables of at most " + MAX_TABLES + " bytes in a TIFF", Long.toString(tables.count));
        }
        return new EncodedBytes(
                Arrays.copyOfRange(in.data(), (int) tables.at + 2, (int) (tables.at + tables.count) - 2));
    }

    private List<ByteRange> tiles(int offsetTag, int lengthTag, long count) throws ImageException {
        Entry offsets = values(offsetTag, count);
        if (count == 1 && !entries.containsKey(lengthTag)) {
            long at = value(offsets, 0);
            return List.of(new ByteRange(at, Math.max(in.length() - at, 0)));
        }
        Entry lengths = values(lengthTag, count);
        List<ByteRange> tiles = new ArrayList<>((int) count);
        long stored = 0;
        for (int i = 0; i < count; i++) {
            long length = value(lengths, i);
            stored += length;
            tiles.add(new ByteRange(value(offsets, i), length));
        }
        if (stored > (long) MAX_OVERLAP * in.length()) {
            throw ImageException.corrupt(
                    "TIFF tiles that share no bytes", stored + " bytes of tiles in a file of " + in.length());
        }
        return List.copyOf(tiles);
    }

    private long number(int tag, long otherwise) throws ImageException {
        Entry entry = entries.get(tag);
        return entry == null || entry.count == 0 ? otherwise : value(entry, 0);
    }

    private Entry values(int tag, long count) throws ImageException {
        Entry entry = entries.get(tag);
        if (entry == null || entry.count < count) {
            throw ImageException.corrupt(
                    "TIFF tag " + tag + " with " + count + " values", Long.toString(entry == null ? 0 : entry.count));
        }
        in.require(entry.at, count * size(entry.type));
        return entry;
    }

    private long value(Entry entry, long index) throws ImageException {
        return switch (size(entry.type)) {
            case 1 -> in.u8(entry.at + index);
            case 2 -> u16(entry.at + 2 * index);
            case 4 -> u32(entry.at + 4 * index);
            default -> throw ImageException.corrupt("a whole number in a TIFF tag", "type " + entry.type);
        };
    }

    private int u16(long at) throws ImageException {
        return little ? in.u16le(at) : in.u16be(at);
    }

    private long u32(long at) throws ImageException {
        return little ? in.u32le(at) : in.u32be(at);
    }
}
