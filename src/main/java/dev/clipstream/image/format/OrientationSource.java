package dev.clipstream.image.format;

import java.util.Optional;

/// Gathers what the metadata of a file says about its orientation.
///
/// As in Pillow, the first EXIF block counts, and XMP only where that gives no orientation. For one use by one thread.
public final class OrientationSource {
    private boolean exifSeen;
    private Optional<Orientation> exif = Optional.empty();
    private Optional<Orientation> xmp = Optional.empty();

    /// Adds an EXIF block.
    ///
    /// @param from start of the TIFF structure ("II*" or "MM*"), or of any number of "Exif" prefixes before it
    /// @param to   the end, exclusive
    public void exif(EncodedBytes bytes, long from, long to) {
        if (!exifSeen) {
            exif = Exif.orientation(bytes, from, to);
        }
        exifSeen = true;
    }

    /// Adds XMP.
    ///
    /// @param at     where it begins
    /// @param length in bytes
    public void xmp(EncodedBytes bytes, long at, long length) {
        xmp = Xmp.orientation(bytes, at, length).or(() -> xmp);
    }

    /// Returns the orientation; upright if nothing gives one.
    public Orientation orientation() {
        return exif.or(() -> xmp).orElse(Orientation.UPRIGHT);
    }
}
