package dev.clipstream.image.format;

import dev.clipstream.image.ImageException;

/// An image whose header has been read, and for which no pixel has been allocated yet. Limits are checked at this
/// point.
public interface EncodedImage {

    /// Returns the width as stored, in pixels, at least 1.
    int width();

    /// Returns the height as stored, in pixels, at least 1.
    int height();

    /// Returns how the stored pixels must be turned.
    default Orientation orientation() {
        return Orientation.UPRIGHT;
    }

    /// Returns the largest power of two, at most `wanted`, by which the decoder can reduce both sides at a lower
    /// cost than a full decode.
    ///
    /// @param wanted a power of two, at least 1
    default int reduction(int wanted) {
        return 1;
    }

    /// Returns the memory that [#decode] holds at its peak, without the encoded bytes.
    ///
    /// @param reduction a value that [#reduction] returned
    Footprint footprint(int reduction);

    /// Returns the fewest bytes that a whole file of this kind and size can have. A shorter file is rejected before
    /// it is decoded, because what it costs is in no proportion to its bytes. See [Expansion].
    long leastBytes();

    /// Decodes the pixels as stored, before they are turned.
    ///
    /// @param reduction a value that [#reduction] returned; reduced sides are rounded up
    /// @throws ImageException if the pixels are truncated, corrupt, or of a kind that is not supported
    Pixels decode(int reduction) throws ImageException;
}
