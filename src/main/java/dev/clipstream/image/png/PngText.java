package dev.clipstream.image.png;

import dev.clipstream.image.format.EncodedBytes;
import dev.clipstream.image.format.OrientationSource;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// A text chunk of a PNG that may give the orientation. Text of other kinds is never decompressed.
///
/// @param profile whether it is a raw profile, as ImageMagick writes EXIF, instead of XMP
/// @param deflated whether it is compressed
/// @param stored  the text as stored
record PngText(boolean profile, boolean deflated, EncodedBytes stored) {
    private static final String XMP = "XML:com.adobe.xmp\0";
    private static final List<String> PROFILES = List.of("Raw profile type exif\0", "Raw profile type APP1\0");

    /// The most bytes that a text is decompressed to.
    private static final int MOST = 1 << 20;

    /// A raw profile begins with an empty line, its name and its length.
    private static final int PROFILE_HEADER_LINES = 3;

    /// Returns the text of a chunk, if it may give the orientation.
    ///
    /// @param type   where the type of the chunk stands
    /// @param length of the body, in bytes
    static Optional<PngText> of(EncodedBytes bytes, long type, long length) {
        long body = type + 4;
        long end = Math.min(body + length, bytes.length());
        Optional<String> profile =
                PROFILES.stream().filter(name -> bytes.has(body, name)).findFirst();
        boolean xmp = bytes.has(body, XMP);
        if (profile.isEmpty() && !xmp) {
            return Optional.empty();
        }
        long text = body + profile.orElse(XMP).length();
        byte[] data = bytes.data();
        boolean deflated = bytes.has(type, "zTXt");
        if (deflated) {
            text++;
        } else if (bytes.has(type, "iTXt")) {
            deflated = text < end && data[(int) text] != 0;
            text = afterZero(data, afterZero(data, text + 2, end), end);
        } else if (!bytes.has(type, "tEXt")) {
            return Optional.empty();
        }
        EncodedBytes stored = new EncodedBytes(
                text < end ? Arrays.copyOfRange(data, (int) text, (int) Math.min(end, text + MOST)) : new byte[0]);
        return Optional.of(new PngText(profile.isPresent(), deflated, stored));
    }

    private static long afterZero(byte[] data, long from, long end) {
        long at = from;
        while (at < end && data[(int) at] != 0) {
            at++;
        }
        return at + 1;
    }

    /// Adds what the text says. A broken text says nothing.
    void addTo(OrientationSource orientation) {
        EncodedBytes plain = deflated ? inflated() : stored;
        if (!profile) {
            orientation.xmp(plain, 0, plain.length());
            return;
        }
        String[] lines = new String(plain.data(), StandardCharsets.ISO_8859_1).split("\n", PROFILE_HEADER_LINES + 1);
        String digits = lines.length > PROFILE_HEADER_LINES ? lines[PROFILE_HEADER_LINES].replaceAll("\\s", "") : "";
        try {
            EncodedBytes exif = new EncodedBytes(HexFormat.of().parseHex(digits));
            orientation.exif(exif, 0, exif.length());
        } catch (IllegalArgumentException noDigits) {
            // a broken profile gives no orientation
        }
    }

    private EncodedBytes inflated() {
        try (Inflater inflater = new Inflater()) {
            inflater.setInput(stored.data());
            byte[] plain = new byte[MOST];
            int length = 0;
            for (int more = 1; more > 0 && length < MOST; length += more) {
                more = inflater.inflate(plain, length, MOST - length);
            }
            return new EncodedBytes(Arrays.copyOf(plain, length));
        } catch (DataFormatException broken) {
            return new EncodedBytes(new byte[0]);
        }
    }
}
