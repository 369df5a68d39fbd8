package dev.clipstream.image.preprocess;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.PreparedImage;

/// An encoded image whose header has been read and is within the limits, and of which nothing has been decoded yet.
/// Holds the encoded bytes.
public interface CheckedImage {

    /// Returns how much [#prepare] costs.
    DecodeCost cost();

    /// Decodes the image and returns the model's input.
    ///
    /// @throws ImageException if the file is not a valid image or is truncated; no other exception is thrown for any
    ///                        bytes
    PreparedImage prepare() throws ImageException;
}
