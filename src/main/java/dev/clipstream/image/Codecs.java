package dev.clipstream.image;

/// Decoders of the two formats that are not decoded in this package's own Java: one seam, two sides of
/// equal pixels (lossy WebP excepted, where the portable side is off by about one level).
interface Codecs {

    /// @param jpeg      of one or three components
    /// @param reduction 1, 2, 4 or 8; one that the side cannot do is done as 1
    Pixels jpeg(JpegFile jpeg, int reduction) throws ImageException;

    /// What [#jpeg] holds at its peak, coefficients not counted.
    ///
    /// @param pixels     of the whole picture
    /// @param components 1, 3 or 4
    /// @param reduction  as for [#jpeg]
    Footprint jpegFootprint(long pixels, int components, int reduction);

    /// @param still a WebP file of one picture
    /// @param width  of that picture, in pixels
    /// @param height of that picture, in pixels
    Pixels webp(Bytes still, int width, int height) throws ImageException;

    /// What [#webp] holds at its peak.
    ///
    /// @param pixels of that picture
    Footprint webpFootprint(long pixels);

    /// The native side where its library loads, otherwise the portable one; the system property
    /// `clipstream.image.codecs` set to `portable` forces that.
    static Codecs best() {
        boolean portable = "portable".equals(System.getProperty("clipstream.image.codecs"));
        return portable ? new PortableCodecs() : NativeCodecs.load().orElseGet(PortableCodecs::new);
    }
}
