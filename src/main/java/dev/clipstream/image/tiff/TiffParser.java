package dev.clipstream.image.tiff;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.format.ByteRange;
import dev.clipstream.image.format.EncodedBytes;
import dev.clipstream.image.format.Orientation;
import dev.clipstream.image.format.OrientationSource;
import dev.clipstream.image.format.Palette;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

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
    private static final int PREDICTOR = 317;
    private static final int COLOUR_MAP = 320;
    private static final int TILE_WIDTH = 322;
    private static final int TILE_HEIGHT = 323;
    private static final int TILE_OFFSETS = 324;
    private static final int TILE_BYTES = 325;
    private static final int EXTRA_SAMPLES = 338;
    private static final int SAMPLE_FORMAT = 339;
    private static final int JPEG_TABLES = 347;
    private static final int XMP = 700;

    /// The first of the types of 8 bytes.
    private static final int LONG8 = 16;

    /// The largest tile in pixels, except that a tile may always have four times the pixels of its image.
    private static final long MAX_TILE_PIXELS = 1L << 22;

    /// The most pixels of all tiles together, except that they may always have four times the pixels of the image.
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

    /// Whether positions and counts have 64 bits.
    private final boolean big;

    private final Map<Integer, Entry> entries = new HashMap<>();

    /// @param type  TIFF's number for the type of a value
    /// @param count of values
    /// @param at    where the values begin
    private record Entry(int type, long count, long at) {}

    TiffParser(EncodedBytes in) {
        this.in = in;
        this.little = in.has(0, "II");
        this.big = in.has(0, "II+\0") || in.has(0, "MM\0+");
    }

    TiffFile parse() throws ImageException {
        readDirectory();
        long width = number(WIDTH, 0);
        long height = number(HEIGHT, 0);
        if (width < 1 || height < 1 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
            throw ImageException.corrupt("a TIFF of at least 1 x 1 pixels", width + " x " + height);
        }
        Entry depths = entries.get(BITS);
        int samples = (int) number(SAMPLES, depths == null ? 1 : depths.count);
        int bits = (int) number(BITS, 1);
        int photometric = (int) number(PHOTOMETRIC, samples >= 3 ? TiffFile.RGB : TiffFile.BLACK_IS_ZERO);
        int compression = (int) number(COMPRESSION, 1);
        TiffKinds.check(new TiffKinds.Kind(
                compression,
                photometric,
                (int) number(SAMPLE_FORMAT, TiffKinds.UNSIGNED),
                samples,
                bits,
                (int) number(PREDICTOR, TiffKinds.NO_PREDICTOR),
                number(PLANAR, 1) == 2 && samples > 1));
        checkDepths(samples, bits);
        boolean tiled = entries.containsKey(TILE_WIDTH);
        long tileWidth = tiled ? number(TILE_WIDTH, 0) : width;
        long rowsPerStrip = number(ROWS_PER_STRIP, 0);
        long stripHeight = rowsPerStrip == 0 ? height : Math.min(rowsPerStrip, height);
        long tileHeight = tiled ? number(TILE_HEIGHT, 0) : stripHeight;
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
                orientation(),
                bits,
                samples,
                photometric,
                samples > 3 && photometric == TiffFile.RGB && number(EXTRA_SAMPLES, 0) == 1,
                planar,
                compression,
                (int) number(T4_OPTIONS, 0),
                number(PREDICTOR, 1) == 2,
                number(FILL_ORDER, 1) == 2,
                little,
                (int) tileWidth,
                (int) tileHeight,
                palette(bits, photometric),
                tables(),
                in,
                compression == TiffCompression.NONE
                        ? plainTiles(
                                tiled,
                                tiles,
                                places,
                                (int) tileWidth,
                                (int) tileHeight,
                                height,
                                planar ? bits : bits * samples)
                        : compressedTiles(tiled, tiles));
    }

    private void readDirectory() throws ImageException {
        long directory = big ? u64(8) : u32(4);
        long count = big ? u64(directory) : u16(directory);
        int size = big ? 20 : 12;
        int inline = big ? 8 : 4;
        long first = directory + (big ? 8 : 2);
        if (count > in.length() / size) {
            throw ImageException.truncated("a TIFF directory of " + count + " entries", in.length() + " bytes");
        }
        in.require(first, size * count);
        for (int i = 0; i < count; i++) {
            long entry = first + (long) size * i;
            int type = u16(entry + 2);
            long values = big ? u64(entry + 4) : u32(entry + 4);
            long at = entry + size - inline;
            // a value that is longer than the file is inline in no case
            boolean away = values > in.length() || values * size(type) > inline;
            entries.putIfAbsent(u16(entry), new Entry(type, values, !away ? at : big ? u64(at) : u32(at)));
        }
    }

    private static int size(int type) {
        return switch (type) {
            case 3, 8 -> 2;
            case 4, 9, 11, 13 -> 4;
            case 5, 10, 12, 16, 17, 18 -> 8;
            default -> 1;
        };
    }

    private void checkDepths(int samples, int bits) throws ImageException {
        Entry each = entries.get(BITS);
        for (int i = 1; each != null && i < Math.min(each.count, samples); i++) {
            if (value(each, i) != bits) {
                throw ImageException.unsupported(
                        "TIFF samples of equal depth", bits + " and " + value(each, i) + " bits");
            }
        }
    }

    /// Returns the orientation, from XMP if there is no tag for it. A broken one does not cost the image.
    private Orientation orientation() {
        try {
            if (entries.containsKey(ORIENTATION)) {
                return Orientation.of(number(ORIENTATION, 1));
            }
        } catch (ImageException broken) {
            return Orientation.UPRIGHT;
        }
        OrientationSource source = new OrientationSource();
        Entry xmp = entries.get(XMP);
        if (xmp != null) {
            source.xmp(in, xmp.at, xmp.count);
        }
        return source.orientation();
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
        int[] values = new int[3 * colours];
        int largest = 0;
        for (int i = 0; i < values.length; i++) {
            values[i] = (int) value(map, i);
            largest = Math.max(largest, values[i]);
        }
        // some writers store 8 bits where 16 are meant
        int shift = largest < 256 ? 0 : 8;
        byte[] rgb = new byte[3 * colours];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (values[i % 3 * colours + i / 3] >> shift);
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

    /// Returns tiles that are not compressed. Their lengths follow from their sizes, so stored lengths, which some
    /// writers leave out or get wrong, do not count.
    private List<ByteRange> plainTiles(
            boolean tiled, long count, long places, int width, int height, long imageHeight, int pixelBits)
            throws ImageException {
        Entry offsets = values(tiled ? TILE_OFFSETS : STRIP_OFFSETS, count);
        long stride = ((long) width * pixelBits + 7) / 8;
        List<ByteRange> tiles = new ArrayList<>((int) count);
        for (int i = 0; i < count; i++) {
            long rows = tiled ? height : Math.min(height, imageHeight - i % places * height);
            tiles.add(new ByteRange(offset(offsets, i), stride * rows));
        }
        return List.copyOf(tiles);
    }

    /// Returns compressed tiles. Where a length is missing or 0, a tile reaches to the next or to the end of the file.
    private List<ByteRange> compressedTiles(boolean tiled, long count) throws ImageException {
        Entry offsets = values(tiled ? TILE_OFFSETS : STRIP_OFFSETS, count);
        int lengthTag = tiled ? TILE_BYTES : STRIP_BYTES;
        @Nullable Entry lengths = entries.containsKey(lengthTag) ? values(lengthTag, count) : null;
        List<ByteRange> tiles = new ArrayList<>((int) count);
        NavigableSet<Long> starts = new TreeSet<>();
        for (int i = 0; i < count; i++) {
            long at = offset(offsets, i);
            tiles.add(new ByteRange(at, lengths == null ? 0 : value(lengths, i)));
            starts.add(at);
        }
        starts.add((long) in.length());
        tiles.replaceAll(tile -> {
            Long next = starts.higher(tile.at());
            return tile.length() > 0 || next == null ? tile : new ByteRange(tile.at(), next - tile.at());
        });
        long stored = 0;
        for (ByteRange tile : tiles) {
            stored += Math.min(tile.length(), in.length() + 1L);
        }
        if (stored > (long) MAX_OVERLAP * in.length()) {
            throw ImageException.corrupt(
                    "TIFF tiles that share no bytes", stored + " bytes of tiles in a file of " + in.length());
        }
        return List.copyOf(tiles);
    }

    private long offset(Entry offsets, long index) throws ImageException {
        long offset = value(offsets, index);
        if (offset == 0) {
            throw ImageException.corrupt("a TIFF with all its tiles or strips", "one that is left out");
        }
        return offset;
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
            default -> {
                if (entry.type < LONG8) {
                    throw ImageException.corrupt("a whole number in a TIFF tag", "type " + entry.type);
                }
                yield u64(entry.at + 8 * index);
            }
        };
    }

    private int u16(long at) throws ImageException {
        return little ? in.u16le(at) : in.u16be(at);
    }

    private long u32(long at) throws ImageException {
        return little ? in.u32le(at) : in.u32be(at);
    }

    /// Reads a number of 8 bytes.
    ///
    /// @throws ImageException if it has more than 63 bits
    private long u64(long at) throws ImageException {
        long number = little ? u32(at) | u32(at + 4) << 32 : u32(at) << 32 | u32(at + 4);
        if (number < 0) {
            throw ImageException.corrupt("a number of 63 bits in a TIFF", Long.toUnsignedString(number));
        }
        return number;
    }
}
