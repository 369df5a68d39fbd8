package dev.clipstream.image.format;

/// The RGB rows of a decoded image, on the heap or in the memory of a native decoder.
///
/// Belongs to the call that decoded the image: one thread uses it and closes it. Rows may be read in any order.
public abstract class Pixels implements AutoCloseable {
    private final int width;
    private final int height;

    /// @param width  in pixels, at least 1
    /// @param height in pixels, at least 1
    protected Pixels(int width, int height) {
        this.width = width;
        this.height = height;
    }

    /// Returns the width in pixels, at least 1.
    public final int width() {
        return width;
    }

    /// Returns the height in pixels, at least 1.
    public final int height() {
        return height;
    }

    /// Copies pixels `from` (inclusive) to `to` (exclusive) of row `y` to the start of `rgb`, three bytes for each.
    public abstract void row(int y, int from, int to, byte[] rgb);

    /// Releases native memory, if there is any.
    @Override
    public void close() {}
}
