package dev.clipstream.image.jpeg;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.codec.Codecs;
import dev.clipstream.image.format.Footprint;
import dev.clipstream.image.format.Pixels;

/// A library that decodes JPEGs whose header has been checked. Safe for use by many threads.
public interface JpegDecoder {

    /// Decodes a JPEG.
    ///
    /// @param reduction by which both sides are divided: 1, 2, 4 or 8; a decoder that cannot reduce decodes fully
    /// @throws ImageException if the library refuses the JPEG, or the JPEG is truncated
    Pixels decode(JpegFile jpeg, int reduction) throws ImageException;

    /// Returns the memory that [#decode] holds at its peak, without the coefficients.
    ///
    /// @param pixels     of the whole image
    /// @param components 1, 3 or 4
    /// @param reduction  as for [#decode]
    Footprint footprint(long pixels, int components, int reduction);

    /// Returns the memory that [#decode] holds at its peak for one JPEG, without the coefficients.
    ///
    /// @param reduction as for [#decode]
    default Footprint footprint(JpegFile jpeg, int reduction) {
        return footprint((long) jpeg.width() * jpeg.height(), jpeg.components(), reduction);
    }

    /// Returns the decoder of a set of libraries.
    static JpegDecoder of(Codecs codecs) {
        return switch (codecs) {
            case NATIVE -> new LibjpegDecoder(new LeptonicaJpegDecoder(new JdkJpegDecoder()));
            case PORTABLE -> new JdkJpegDecoder();
        };
    }
}
