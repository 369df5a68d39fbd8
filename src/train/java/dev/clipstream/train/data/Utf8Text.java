package dev.clipstream.train.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Reads text files as editors on any system write them: UTF-8, with or without a byte order mark.
final class Utf8Text {
    /// The replacement for bytes that are not UTF-8.
    private static final char REPLACEMENT = '\uFFFD';

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private Utf8Text() {}

    /// Reads a file. Bytes that are not UTF-8 become replacement characters; see [#isSound].
    ///
    /// @throws ManifestException if the file is UTF-16, which old editors call "Unicode"
    static String read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length > 1 && ((bytes[0] & bytes[1]) & 0xFE) == 0xFE && bytes[0] != bytes[1]) {
            throw new ManifestException(file + ": Expected UTF-8, found UTF-16. Save the file as UTF-8.", null);
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
    }

    /// Returns whether a part of a text was valid UTF-8.
    static boolean isSound(String part) {
        return part.indexOf(REPLACEMENT) < 0;
    }
}
