package dev.clipstream.image.format;

import dev.clipstream.image.ImageException;
import java.util.Optional;

/// Reads the orientation from EXIF. Broken EXIF gives none, as in Pillow: it never costs an image.
final class Exif {
    private static final String PREFIX = "Exif\0\0";
    private static final int ORIENTATION = 274;
    private static final int SHORT = 3;
    private static final int LONG = 4;

    private Exif() {}

    /// Returns the orientation that EXIF gives.
    ///
    /// @param from start of the TIFF structure ("II*" or "MM*"), or of any number of "Exif" prefixes before it
    /// @param to   the end, exclusive
    static Optional<Orientation> orientation(EncodedBytes bytes, long from, long to) {
        long start = from;
        while (bytes.has(start, PREFIX)) {
            start += PREFIX.length();
        }
        boolean little = bytes.has(start, "II");
        if (!little && !bytes.has(start, "MM")) {
            return Optional.empty();
        }
        Optional<Orientation> found = Optional.empty();
        try {
            long directory = start + u32(bytes, start + 4, little);
            int entries = u16(bytes, directory, little);
            for (int i = 0; i < entries; i++) {
                long entry = directory + 2 + 12L * i;
                if (entry + 12 > to) {
                    break;
                }
                if (u16(bytes, entry, little) == ORIENTATION && u32(bytes, entry + 4, little) == 1) {
                    found = Optional.of(
                            switch (u16(bytes, entry + 2, little)) {
                                case SHORT -> Orientation.of(u16(bytes, entry + 8, little));
                                case LONG -> Orientation.of(u32(bytes, entry + 8, little));
                                default -> Orientation.UPRIGHT;
                            });
                }
            }
            return found;
        } catch (ImageException beyondTheEnd) {
            return found;
        }
    }

    private static int u16(EncodedBytes bytes, long at, boolean little) throws ImageException {
        return little ? bytes.u16le(at) : bytes.u16be(at);
    }

    private static long u32(EncodedBytes bytes, long at, boolean little) throws ImageException {
        return little ? bytes.u32le(at) : bytes.u32be(at);
    }
}
