package dev.clipstream.image.webp;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.codec.Codecs;
import dev.clipstream.image.format.EncodedBytes;
import dev.clipstream.image.format.Footprint;
import dev.clipstream.image.format.Pixels;

/// A library that decodes WebP files whose header has been checked. Safe for use by many threads.
interface WebpDecoder {

    /// Decodes a WebP file of one image.
    ///
    /// @param still  the file
    /// @param width  of the image, in pixels
    /// @param height of the image, in pixels
    /// @throws ImageException if the library refuses the file
    Pixels decode(EncodedBytes still, int width, int height) throws ImageException;

    /// Returns the memory that [#decode] holds at its peak.
    ///
    /// @param pixels of the image
    Footprint footprint(long pixels);

    /// Returns the decoder of a set of libraries.
    static WebpDecoder of(Codecs codecs) {
        return switch (codecs) {
            case NATIVE -> new LeptonicaWebpDecoder();
            case PORTABLE -> new TwelveMonkeysWebpDecoder();
        };
    }
}
