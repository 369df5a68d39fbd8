package dev.clipstream.image.format;

import dev.clipstream.image.ImageException;

/// The RGB rows of a decoded image, on the heap or in the memory of a native decoder.
///
/// Belongs to the call that decoded the image: one thread uses it and closes it. Rows are read in ascending order,
/// because some are decoded only when they are read; pixels that lie in memory allow any order.
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
    ///
    /// @throws ImageException if the row is decoded only now, and cannot be
    public abstract void row(int y, int from, int to, byte[] rgb) throws ImageException;

    /// Checks the rows that were not read.
    ///
    /// @throws ImageException if rows are decoded only when they are read, and a row behind the last that was read
    ///                        cannot be
    public void checkRest() throws ImageException {}

    /// Releases native memory, if there is any.
    @Override
    public void close() {}
}
