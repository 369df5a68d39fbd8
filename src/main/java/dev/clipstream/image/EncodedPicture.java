package dev.clipstream.image;

/// A picture whose header has been read in Java and for which no pixel has been allocated yet: the
/// place to check limits.
interface EncodedPicture {

    /// As stored, in pixels, at least 1.
    int width();

    /// As stored, in pixels, at least 1.
    int height();

    /// How the stored pixels are to be turned.
    Orientation orientation();

    /// The largest power of two, at most `wanted`, by which the decoder can reduce both sides at less
    /// cost than a full decode.
    default int reduction(int wanted) {
        return 1;
    }

    /// What [#decode] holds at its peak, the encoded bytes not counted.
    ///
    /// @param codecs    that it will be given
    /// @param reduction that it will be given
    Footprint footprint(Codecs codecs, int reduction);

    /// The pixels, as stored.
    ///
    /// @param codecs    for the formats that we do not decode ourselves
    /// @param reduction as [#reduction] said; sides are rounded up
    Pixels decode(Codecs codecs, int reduction) throws ImageException;

    /// Of the encoded bytes, by their first few.
    static EncodedPicture of(byte[] encoded) throws ImageException {
        Bytes bytes = new Bytes(encoded);
        if (bytes.has(0, "\u00FF\u00D8\u00FF")) {
            return JpegFile.parse(bytes);
        }
        if (bytes.has(0, "\u0089PNG\r\n\u001A\n")) {
            return PngFile.parse(bytes);
        }
        if (bytes.has(0, "RIFF") && bytes.has(8, "WEBP")) {
            return WebpFile.parse(bytes);
        }
        if (bytes.has(0, "GIF87a") || bytes.has(0, "GIF89a")) {
            return GifFile.parse(bytes);
        }
        if (bytes.has(0, "BM")) {
            return BmpFile.parse(bytes);
        }
        if (bytes.has(0, "II*\0") || bytes.has(0, "MM\0*")) {
            return TiffFile.parse(bytes);
        }
        throw ImageException.unsupported(
                "JPEG, PNG, WebP, GIF, BMP or TIFF was expected, found bytes that begin like none of them");
    }
}
