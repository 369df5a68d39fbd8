package dev.clipstream.image.format;

import dev.clipstream.image.ImageException;

/// The bytes of an encoded image, with readers for the numbers in it.
///
/// Reading beyond the end throws an [ImageException] of the reason TRUNCATED, never an unchecked exception. Positions
/// are `long`, so that a hostile offset plus a hostile length cannot overflow. Immutable.
public final class EncodedBytes {
    private final byte[] data;

    /// @param data the caller must not change it afterwards
    public EncodedBytes(byte[] data) {
        this.data = data;
    }

    /// Returns the bytes themselves, not a copy. Read only.
    public byte[] data() {
        return data;
    }

    /// Returns the number of bytes.
    public int length() {
        return data.length;
    }

    /// Reads an unsigned byte.
    public int u8(long at) throws ImageException {
        require(at, 1);
        return data[(int) at] & 0xFF;
    }

    /// Reads an unsigned big-endian number of 2 bytes.
    public int u16be(long at) throws ImageException {
        require(at, 2);
        return (data[(int) at] & 0xFF) << 8 | (data[(int) at + 1] & 0xFF);
    }

    /// Reads an unsigned little-endian number of 2 bytes.
    public int u16le(long at) throws ImageException {
        return Short.toUnsignedInt(Short.reverseBytes((short) u16be(at)));
    }

    /// Reads an unsigned little-endian number of 3 bytes.
    public int u24le(long at) throws ImageException {
        return u16le(at) | u8(at + 2) << 16;
    }

    /// Reads a signed big-endian number of 4 bytes.
    public int i32be(long at) throws ImageException {
        return u16be(at) << 16 | u16be(at + 2);
    }

    /// Reads a signed little-endian number of 4 bytes.
    public int i32le(long at) throws ImageException {
        return Integer.reverseBytes(i32be(at));
    }

    /// Reads an unsigned big-endian number of 4 bytes.
    public long u32be(long at) throws ImageException {
        return Integer.toUnsignedLong(i32be(at));
    }

    /// Reads an unsigned little-endian number of 4 bytes.
    public long u32le(long at) throws ImageException {
        return Integer.toUnsignedLong(i32le(at));
    }

    /// Returns whether a text stands at a position; false if it would reach beyond the end.
    ///
    /// @param latin1 one character for each byte
    public boolean has(long at, String latin1) {
        if (at < 0 || at > data.length - latin1.length()) {
            return false;
        }
        for (int i = 0; i < latin1.length(); i++) {
            if ((data[(int) at + i] & 0xFF) != latin1.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /// Checks that a range lies within the bytes.
    ///
    /// @throws ImageException of the reason TRUNCATED if it does not
    public void require(long at, long count) throws ImageException {
        if (at < 0 || count < 0 || at > data.length - count) {
            boolean overflows = at < 0 || count < 0 || at > Long.MAX_VALUE - count;
            throw ImageException.truncated(
                    "an image of at least " + (overflows ? Long.MAX_VALUE : at + count) + " bytes",
                    "one of " + data.length);
        }
    }
}
