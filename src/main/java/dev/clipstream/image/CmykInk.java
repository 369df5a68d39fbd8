package dev.clipstream.image;

/// Pillow's CMYK to RGB, without a profile: what ink leaves of white, dimmed by black.
final class CmykInk {
    private CmykInk() {}

    /// @param ink   of cyan, magenta or yellow, 0 (none) to 255
    /// @param black 0 (none) to 255
    /// @return red, green or blue
    static byte rgb(int ink, int black) {
        int light = 255 - black;
        int product = ink * light + 128;
        return (byte) Math.max(light - (((product >> 8) + product) >> 8), 0);
    }
}
