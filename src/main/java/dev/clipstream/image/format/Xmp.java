package dev.clipstream.image.format;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds the orientation in XMP. Some programs, such as macOS's Quick Look, turn an image by writing it there alone.
final class Xmp {
    /// As an attribute or as an element, as Pillow finds it. XMP is not parsed: it is hostile.
    private static final Pattern ORIENTATION = Pattern.compile("tiff:Orientation(?:=[\"']|>)\\s*([0-9])");

    /// How many bytes of XMP are searched.
    private static final int REACH = 1 << 20;

    private Xmp() {}

    /// Returns the orientation that XMP gives.
    ///
    /// @param at     where XMP begins
    /// @param length in bytes; cut at the end of the file, and at 1 MiB
    static Optional<Orientation> orientation(EncodedBytes bytes, long at, long length) {
        long available = Math.min(bytes.length() - at, REACH);
        if (at < 0 || available <= 0 || length <= 0) {
            return Optional.empty();
        }
        String text =
                new String(bytes.data(), (int) at, (int) Math.min(length, available), StandardCharsets.ISO_8859_1);
        Matcher matcher = ORIENTATION.matcher(text);
        return matcher.find() ? Optional.of(Orientation.of(matcher.group(1).charAt(0) - '0')) : Optional.empty();
    }
}
