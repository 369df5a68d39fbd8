package dev.clipstream.image;

import java.util.Arrays;

/// 256 colours; those that the file leaves out are greys, each of its index, as in Pillow. Immutable.
final class Palette {
    private static final int COLOURS = 256;

    private final byte[] rgb;

    /// @param given three bytes a colour, of at most 256 colours
    Palette(byte[] given) {
        rgb = new byte[COLOURS * 3];
        for (int i = given.length; i < rgb.length; i++) {
            rgb[i] = (byte) (i / 3);
        }
        System.arraycopy(given, 0, rgb, 0, given.length);
    }

    /// From black to white.
    static Palette greys() {
        return new Palette(new byte[0]);
    }

    /// Colours of three bytes each, as they stand in a file.
    static Palette of(Bytes bytes, long at, long length) throws ImageException {
        bytes.require(at, length);
        int end = (int) (at + Math.min(length, COLOURS * 3));
        return new Palette(Arrays.copyOfRange(bytes.data(), (int) at, end));
    }

    /// Writes a colour's red, green and blue.
    ///
    /// @param index 0 to 255
    void write(int index, byte[] target, int at) {
        target[at] = rgb[3 * index];
        target[at + 1] = rgb[3 * index + 1];
        target[at + 2] = rgb[3 * index + 2];
    }
}
