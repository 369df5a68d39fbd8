package dev.clipstream.image.format;

import dev.clipstream.image.ImageException;

/// An image format, such as PNG. Safe for use by many threads.
public interface ImageFormat {

    /// Returns the format's name as messages give it, such as `PNG`.
    String name();

    /// Returns whether a file begins like one of this format. Looks at the first bytes only.
    ///
    /// @param file hostile, possibly empty
    boolean recognises(EncodedBytes file);

    /// Reads the header and checks it. Allocates no pixels: what this costs is bounded by the length of the file.
    ///
    /// @param file one that this format recognises
    /// @throws ImageException if the header is broken, or of a kind that is not supported
    EncodedImage read(EncodedBytes file) throws ImageException;
}
