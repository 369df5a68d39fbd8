package dev.clipstream.image.jpeg;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.format.EncodedBytes;
import java.util.OptionalInt;

/// Walks the Huffman codes of a JPEG that has one scan, without decoding it, to learn whether every block is there and
/// where the last one ends.
///
/// Some phones write no end marker but data of their own behind the last block. A decoder takes those for blocks, and
/// fills up what is missing, so its result does not tell the two apart. For one use by one thread.
final class BaselineScan {
    private static final int BLOCK = 64;
    private static final int CODE_LENGTHS = 16;
    private static final int TABLES = 32;

    private final EncodedBytes in;
    private final Table[] tables = new Table[TABLES];
    private int restartInterval;
    private int frameAt;

    private long at;
    private int bits;
    private int bitCount;
    private boolean endOfData;

    /// A Huffman table: for each length of a code, the code after the last one, and the position of its symbol.
    private static final class Table {
        private final int[] ends = new int[CODE_LENGTHS + 1];
        private final int[] offsets = new int[CODE_LENGTHS + 1];
        private final long symbolsAt;

        Table(long symbolsAt) {
            this.symbolsAt = symbolsAt;
        }
    }

    /// What the walk found.
    ///
    /// @param end      the position behind the last block, if all are there
    /// @param tooShort whether the data ends before the last block; if neither, some codes are not valid
    record Outcome(OptionalInt end, boolean tooShort) {}

    private BaselineScan(EncodedBytes in) {
        this.in = in;
    }

    /// Walks a scan.
    ///
    /// @param stripped a JPEG of the segments that decoding needs, with one scan of all components
    static Outcome walk(EncodedBytes stripped) {
        BaselineScan scan = new BaselineScan(stripped);
        try {
            scan.readTables();
            boolean whole = scan.blocks();
            OptionalInt end = whole ? OptionalInt.of((int) scan.at) : OptionalInt.empty();
            return new Outcome(end, !whole && scan.endOfData);
        } catch (ImageException beyondTheEnd) {
            return new Outcome(OptionalInt.empty(), false);
        }
    }

    /// Reads the segments up to the scan.
    private void readTables() throws ImageException {
        at = 2;
        while (true) {
            int marker = in.u16be(at);
            int length = in.u16be(at + 2);
            switch (marker) {
                case 0xFFC0, 0xFFC1 -> frameAt = (int) at + 4;
                case 0xFFC4 -> huffman(at + 4, at + 2 + length);
                case 0xFFDD -> restartInterval = in.u16be(at + 4);
                case 0xFFDA -> {
                    return;
                }
                default -> {}
            }
            at += 2 + length;
        }
    }

    private void huffman(long from, long to) throws ImageException {
        long position = from;
        while (position + 1 + CODE_LENGTHS <= to) {
            Table table = new Table(position + 1 + CODE_LENGTHS);
            int code = 0;
            int symbols = 0;
            for (int length = 1; length <= CODE_LENGTHS; length++) {
                int count = in.u8(position + length);
                table.offsets[length] = symbols - code;
                code += count;
                symbols += count;
                table.ends[length] = code;
                code <<= 1;
            }
            tables[in.u8(position) & TABLES - 1] = table;
            position += 1 + CODE_LENGTHS + symbols;
        }
    }

    private boolean blocks() throws ImageException {
        int height = in.u16be(frameAt + 1);
        int width = in.u16be(frameAt + 3);
        int components = in.u8(frameAt + 5);
        long scanAt = at + 4;
        int most = 1;
        int mostRows = 1;
        int[] perUnit = new int[components];
        for (int i = 0; i < components; i++) {
            int sampling = in.u8(frameAt + 7 + 3L * i);
            perUnit[i] = components == 1 ? 1 : (sampling >> 4) * (sampling & 15);
            most = Math.max(most, components == 1 ? 1 : sampling >> 4);
            mostRows = Math.max(mostRows, components == 1 ? 1 : sampling & 15);
        }
        long units = (long) Math.ceilDiv(width, 8 * most) * Math.ceilDiv(height, 8 * mostRows);
        at += 2 + in.u16be(at + 2);
        for (long unit = 0; unit < units; unit++) {
            if (restartInterval > 0 && unit > 0 && unit % restartInterval == 0 && !restart()) {
                return false;
            }
            for (int i = 0; i < components; i++) {
                int selectors = in.u8(scanAt + 2 + 2L * i);
                for (int block = 0; block < perUnit[i]; block++) {
                    if (!block(tables[selectors >> 4 & 15], tables[16 + (selectors & 15)])) {
                        return false;
                    }
                }
            }
        }
        // encoders fill the last byte with ones, and noise that was taken for the last blocks seldom ends like that
        return at >= in.length() || bits == (1 << bitCount) - 1;
    }

    private boolean restart() {
        bitCount = 0;
        bits = 0;
        byte[] data = in.data();
        if (at + 1 >= data.length || (data[(int) at] == (byte) 0xFF && !isRestart(data[(int) at + 1]))) {
            endOfData = true;
            return false;
        }
        boolean found = data[(int) at] == (byte) 0xFF;
        at += 2;
        return found;
    }

    private static boolean isRestart(byte marker) {
        return (marker & 0xF8) == 0xD0;
    }

    private boolean block(Table dc, Table ac) throws ImageException {
        int size = symbol(dc);
        if (size < 0 || size > 11 || !skip(size)) {
            return false;
        }
        for (int coefficient = 1; coefficient < BLOCK; coefficient++) {
            int symbol = symbol(ac);
            if (symbol < 0 || !skip(symbol & 15)) {
                return false;
            }
            if (symbol == 0) {
                return true;
            }
            coefficient += symbol >> 4;
            if (coefficient >= BLOCK) {
                return false;
            }
        }
        return true;
    }

    /// Returns the symbol of the next code, or -1 if no valid code follows.
    private int symbol(Table table) throws ImageException {
        int code = 0;
        for (int length = 1; table != null && length <= CODE_LENGTHS; length++) {
            if (!fill()) {
                return -1;
            }
            code = (code << 1) | ((bits >> --bitCount) & 1);
            bits &= (1 << bitCount) - 1;
            if (code < table.ends[length]) {
                return in.u8(table.symbolsAt + code + table.offsets[length]);
            }
        }
        return -1;
    }

    private boolean skip(int count) {
        for (int left = count; left > 0; left--) {
            if (!fill()) {
                return false;
            }
            bitCount--;
            bits &= (1 << bitCount) - 1;
        }
        return true;
    }

    /// Returns whether there is a bit; reads the next byte if the last is used up.
    private boolean fill() {
        if (bitCount > 0) {
            return true;
        }
        byte[] data = in.data();
        if (at >= data.length) {
            endOfData = true;
            return false;
        }
        bits = data[(int) at] & 0xFF;
        if (bits == 0xFF) {
            int next = at + 1 < data.length ? data[(int) at + 1] & 0xFF : 0xD9;
            if (next != 0) {
                endOfData |= !isRestart((byte) next);
                bits = 0;
                return false;
            }
            at++;
        }
        at++;
        bitCount = 8;
        return true;
    }
}
