package dev.clipstream.image.format;

import dev.clipstream.image.ImageException;
import java.util.Arrays;

/// The 256 colours of an indexed image. A colour that the file leaves out is the grey of its index, as in Pillow.
/// Immutable.
public final class Palette {
    private static final int COLOURS = 256;

    private final byte[] rgb;

    /// @param given three bytes for each colour, at most 256 colours; copied
    public Palette(byte[] given) {
        rgb = new byte[COLOURS * 3];
        for (int i = given.length; i < rgb.length; i++) {
            rgb[i] = (byte) (i / 3);
        }
        System.arraycopy(given, 0, rgb, 0, given.length);
    }

    /// Returns the palette of a file that has none: greys from black to white.
    public static Palette greys() {
        return new Palette(new byte[0]);
    }

    /// Reads colours of three bytes each.
    ///
    /// @param at     the position of the first colour
    /// @param length in bytes; what follows 256 colours is ignored
    /// @throws ImageException if the file ends before the palette does
    public static Palette of(EncodedBytes bytes, long at, long length) throws ImageException {
        bytes.require(at, length);
        int end = (int) (at + Math.min(length, COLOURS * 3));
        return new Palette(Arrays.copyOfRange(bytes.data(), (int) at, end));
    }

    /// Writes the red, green and blue of a colour.
    ///
    /// @param index  0 to 255
    /// @param target where to write
    /// @param at     the position of the red byte in it
    public void write(int index, byte[] target, int at) {
        target[at] = rgb[3 * index];
        target[at + 1] = rgb[3 * index + 1];
        target[at + 2] = rgb[3 * index + 2];
    }
}
