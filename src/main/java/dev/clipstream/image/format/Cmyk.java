package dev.clipstream.image.format;

/// Converts CMYK to RGB as Pillow does, without a colour profile.
public final class Cmyk {
    private Cmyk() {}

    /// Returns red of cyan, green of magenta, or blue of yellow.
    ///
    /// @param ink   cyan, magenta or yellow, 0 (no ink) to 255
    /// @param black 0 (no ink) to 255
    public static byte rgb(int ink, int black) {
        int light = 255 - black;
        int product = ink * light + 128;
        return (byte) Math.max(light - (((product >> 8) + product) >> 8), 0);
    }
}
