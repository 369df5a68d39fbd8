package dev.clipstream.image;

/// A JPEG taken apart into its segments and put together again from those that decoding needs.
///
/// So a decoder sees exactly the frame whose size was checked, no ICC profile, no EXIF and no thumbnail.
/// Colour spaces are told as libjpeg tells them.
///
/// @param width       in pixels
/// @param height      in pixels
/// @param components  1, 3 or 4
/// @param colours     how components become RGB
/// @param sampling    how often chroma is sampled
/// @param buffered    whether a decoder keeps all coefficients until the last scan
/// @param arithmetic  whether arithmetic coding is used, which the portable decoder cannot read
/// @param complete    whether the end marker was there; without it a decoder's complaint means truncated
/// @param orientation of EXIF
/// @param stripped    the JPEG itself, closed by an end marker
record JpegFile(
        int width,
        int height,
        int components,
        Colours colours,
        Sampling sampling,
        boolean buffered,
        boolean arithmetic,
        boolean complete,
        Orientation orientation,
        Bytes stripped)
        implements EncodedPicture {

    /// What the components mean.
    enum Colours {
        GREY,
        RGB,
        YCBCR,
        CMYK,
        YCCK
    }

    /// How often chroma is sampled, as far as it matters here.
    enum Sampling {
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

    static JpegFile parse(Bytes bytes) throws ImageException {
        return new JpegParser(bytes).parse();
    }

    /// Where chroma has half the samples in one direction alone, libjpeg reduces it as much as luma in
    /// both, and half as many as wanted would be left: then half the reduction is the most.
    @Override
    public int reduction(int wanted) {
        return switch (sampling) {
            case FULL, QUARTER -> components == 4 ? 1 : wanted;
            case HALF_THE_ROWS, HALF_THE_COLUMNS -> Math.max(1, wanted / 2);
            case OTHER -> 1;
        };
    }

    /// What the codecs hold, and two bytes for each coefficient where they are kept.
    @Override
    public Footprint footprint(Codecs codecs, int reduction) {
        long pixels = (long) width * height;
        long samples = sampling == Sampling.QUARTER ? pixels * 3 / 2 : pixels * components;
        Codecs used = components == 4 ? new PortableCodecs() : codecs;
        return used.jpegFootprint(pixels, components, reduction).plus(Footprint.outOfHeap(buffered ? 2 * samples : 0));
    }

    @Override
    public Pixels decode(Codecs codecs, int reduction) throws ImageException {
        if (components == 4) {
            return new PortableCodecs().jpeg(this, 1);
        }
        Pixels pixels = codecs.jpeg(this, reduction);
        boolean halved = reduction == 2 && pixels.width() < width;
        return halved && sampling == Sampling.QUARTER ? new SoftenedChroma(pixels) : pixels;
    }

    /// @param warnings that a decoder had: bytes that end early are refused, other faults
    ///                 shown as they decode
    void refuseIfCutShort(boolean warnings) throws ImageException {
        if (warnings && !complete) {
            throw ImageException.truncated(
                    "The JPEG ends before its " + width + " x " + height + " pixels do: send it whole");
        }
    }
}
