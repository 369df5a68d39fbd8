package dev.clipstream.image.jpeg;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.format.EncodedBytes;
import dev.clipstream.image.format.Orientation;

/// A JPEG's header, and the JPEG reduced to the segments that decoding needs.
///
/// Colour spaces are derived as libjpeg derives them.
///
/// @param width       in pixels
/// @param height      in pixels
/// @param components  1, 3 or 4
/// @param colours     how components become RGB
/// @param sampling    how often chroma is sampled
/// @param buffered    whether a decoder keeps all coefficients until the last scan
/// @param arithmetic  whether arithmetic coding is used, which the JDK's decoder cannot read
/// @param complete    whether the end marker is there; if not, a decoder's warning means that the file is truncated
/// @param orientation from EXIF or XMP
/// @param stripped    the reduced JPEG, closed by an end marker
public record JpegFile(
        int width,
        int height,
        int components,
        Colours colours,
        Sampling sampling,
        boolean buffered,
        boolean arithmetic,
        boolean complete,
        Orientation orientation,
        EncodedBytes stripped) {

    /// What the components mean.
    public enum Colours {
        /// One component of luma.
        GREY,
        /// Red, green and blue.
        RGB,
        /// Luma and chroma.
        YCBCR,
        /// Ink, inverted as Adobe writes it.
        CMYK,
        /// Ink, not inverted.
        PLAIN_CMYK,
        /// Luma, chroma and black ink.
        YCCK
    }

    /// How often chroma is sampled, as far as decoding depends on it.
    public enum Sampling {
        /// As often as luma (4:4:4), or there is no chroma.
        FULL,
        /// Half the rows and half the columns (4:2:0).
        QUARTER,
        /// Half the rows, all columns (4:4:0).
        HALF_THE_ROWS,
        /// All rows, half the columns (4:2:2).
        HALF_THE_COLUMNS,
        /// Any other.
        OTHER
    }

    /// Reads the segments of a JPEG.
    ///
    /// @param bytes that begin with the start marker
    /// @throws ImageException if the JPEG is broken, truncated before its last scan, or of an unsupported process
    public static JpegFile parse(EncodedBytes bytes) throws ImageException {
        return new JpegParser(bytes).parse();
    }

    /// Returns this JPEG with its ink, if it consists of ink, taken as it is stored. That is how TIFF means it.
    public JpegFile withInkAsStored() {
        return new JpegFile(
                width,
                height,
                components,
                components == 4 ? Colours.PLAIN_CMYK : colours,
                sampling,
                buffered,
                arithmetic,
                complete,
                orientation,
                stripped);
    }

    /// Returns whether the header gives libjpeg no cause for an error, and there is one Huffman-coded scan.
    public boolean isPlain() {
        return PlainHeader.isOf(this);
    }

    /// Rejects a JPEG about which a decoder warned, if its bytes end early: it has no end marker, or blocks are missing
    /// before the end marker. Other faults are decoded as far as possible.
    ///
    /// @param warnings whether the decoder warned
    /// @throws ImageException of the reason TRUNCATED
    void rejectIfTruncated(boolean warnings) throws ImageException {
        boolean walkable = !buffered && !arithmetic;
        if (warnings && (!complete || (walkable && BaselineScan.walk(stripped).tooShort()))) {
            throw ImageException.truncated("a JPEG of " + width + " x " + height + " pixels", "an end before its last");
        }
    }
}
