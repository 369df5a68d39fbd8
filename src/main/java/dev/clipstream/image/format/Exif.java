package dev.clipstream.image.format;

import dev.clipstream.image.ImageException;

/// Reads the orientation from EXIF. Broken EXIF means upright, as in Pillow: it never costs an image.
public final class Exif {
    private static final int ORIENTATION = 274;
    private static final int SHORT = 3;
    private static final int LONG = 4;

    private Exif() {}

    /// Returns the orientation that a TIFF structure gives; upright if it gives none.
    ///
    /// @param from start of the TIFF structure ("II*" or "MM*")
    /// @param to   its end, exclusive
    public static Orientation orientation(EncodedBytes bytes, long from, long to) {
        try {
            boolean little = bytes.has(from, "II");
            if (!little && !bytes.has(from, "MM")) {
                return Orientation.UPRIGHT;
            }
            long directory = from + u32(bytes, from + 4, little);
            int entries = u16(bytes, directory, little);
            Orientation found = Orientation.UPRIGHT;
            for (int i = 0; i < entries; i++) {
                long entry = directory + 2 + 12L * i;
                if (entry + 12 > to) {
                    break;
                }
                if (u16(bytes, entry, little) == ORIENTATION && u32(bytes, entry + 4, little) == 1) {
                    int type = u16(bytes, entry + 2, little);
                    if (type == SHORT) {
                        found = Orientation.of(u16(bytes, entry + 8, little));
                    } else if (type == LONG) {
                        found = Orientation.of(u32(bytes, entry + 8, little));
                    }
                }
            }
            return found;
        } catch (ImageException beyondTheEnd) {
            return Orientation.UPRIGHT;
        }
    }

    private static int u16(EncodedBytes bytes, long at, boolean little) throws ImageException {
        return little ? bytes.u16le(at) : bytes.u16be(at);
    }

    private static long u32(EncodedBytes bytes, long at, boolean little) throws ImageException {
        return little ? bytes.u32le(at) : bytes.u32be(at);
    }
}
