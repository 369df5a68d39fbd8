package dev.clipstream.image;

/// Reads numbers out of an encoded picture; beyond its end it says [ImageException] of reason
/// `truncated`, never anything unchecked.
///
/// Positions are long, so that a hostile offset plus a hostile length cannot wrap around.
final class Bytes {
    private final byte[] data;

    /// @param data handed over: written to no more
    Bytes(byte[] data) {
        this.data = data;
    }

    /// The bytes themselves, not a copy: read only.
    byte[] data() {
        return data;
    }

    int length() {
        return data.length;
    }

    int u8(long at) throws ImageException {
        require(at, 1);
        return data[(int) at] & 0xFF;
    }

    int u16be(long at) throws ImageException {
        require(at, 2);
        return (data[(int) at] & 0xFF) << 8 | (data[(int) at + 1] & 0xFF);
    }

    int u16le(long at) throws ImageException {
        return Short.toUnsignedInt(Short.reverseBytes((short) u16be(at)));
    }

    int u24le(long at) throws ImageException {
        return u16le(at) | u8(at + 2) << 16;
    }

    /// Four bytes as they are: negative from 2^31 on.
    int i32be(long at) throws ImageException {
        return u16be(at) << 16 | u16be(at + 2);
    }

    int i32le(long at) throws ImageException {
        return Integer.reverseBytes(i32be(at));
    }

    long u32be(long at) throws ImageException {
        return Integer.toUnsignedLong(i32be(at));
    }

    long u32le(long at) throws ImageException {
        return Integer.toUnsignedLong(i32le(at));
    }

    /// Whether the ASCII text stands there; false beyond the end.
    boolean has(long at, String ascii) {
        if (at < 0 || at + ascii.length() > data.length) {
            return false;
        }
        for (int i = 0; i < ascii.length(); i++) {
            if ((data[(int) at + i] & 0xFF) != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    void require(long at, long count) throws ImageException {
        if (at < 0 || count < 0 || at + count > data.length) {
            throw ImageException.truncated(
                    "The picture needs bytes up to " + (at + count) + " and has " + data.length + ": send it whole");
        }
    }
}
