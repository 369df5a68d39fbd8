package dev.clipstream.train.scene.font;

import dev.clipstream.train.scene.SceneException;
import java.util.Arrays;

/// A table of a font file, or a part of one. Reads big-endian numbers at offsets that come from the file, so every
/// offset is checked.
///
/// Immutable as long as the file's bytes are.
final class FontTable {
    private final String tag;
    private final byte[] file;
    private final int start;
    private final int length;

    private FontTable(String tag, byte[] file, int start, int length) {
        this.tag = tag;
        this.file = file;
        this.start = start;
        this.length = length;
    }

    /// Returns the whole file as one table.
    ///
    /// @param file kept, not copied
    static FontTable whole(byte[] file) {
        return new FontTable("(directory)", file, 0, file.length);
    }

    /// Returns the same bytes under another name, which messages use.
    FontTable named(String tag) {
        return new FontTable(tag, file, start, length);
    }

    int u8(long at) throws SceneException {
        return file[place(at, 1)] & 0xFF;
    }

    int u16(long at) throws SceneException {
        int place = place(at, 2);
        return ((file[place] & 0xFF) << 8) | (file[place + 1] & 0xFF);
    }

    long u32(long at) throws SceneException {
        int place = place(at, 4);
        return ((file[place] & 0xFFL) << 24)
                | ((file[place + 1] & 0xFF) << 16)
                | ((file[place + 2] & 0xFF) << 8)
                | (file[place + 3] & 0xFF);
    }

    /// Returns a part of the table.
    ///
    /// @param size in bytes
    FontTable part(long at, long size) throws SceneException {
        if (at < 0 || size < 0 || size > length || at > length - size) {
            throw new SceneException("font table " + tag + ": Expected " + size + " bytes at offset " + at
                    + ", found a table of " + length + " bytes. The font is damaged; install it again.");
        }
        return new FontTable(tag, file, start + (int) at, (int) size);
    }

    /// Returns the part from an offset to the end.
    FontTable from(long at) throws SceneException {
        return part(at, length - at);
    }

    byte[] bytes() {
        return Arrays.copyOfRange(file, start, start + length);
    }

    private int place(long at, int size) throws SceneException {
        return part(at, size).start;
    }
}
