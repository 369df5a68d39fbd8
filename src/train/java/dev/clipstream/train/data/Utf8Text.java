package dev.clipstream.train.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Somebody's text file, as editors on any system write it: UTF-8, with or without a byte order mark.
final class Utf8Text {
    /// Stands where bytes are no UTF-8.
    private static final char REPLACEMENT = '\uFFFD';

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private Utf8Text() {}

    /// Reads all of it; what is no UTF-8 spoils its own place only, see [#isSound].
    ///
    /// @throws ManifestException if it is UTF-16, as old editors call "Unicode"
    static String read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length > 1 && ((bytes[0] & bytes[1]) & 0xFE) == 0xFE && bytes[0] != bytes[1]) {
            throw new ManifestException("UTF-8 was expected in " + file + ", found UTF-16: save it as UTF-8", null);
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
    }

    /// Whether all bytes of a part of a text were UTF-8.
    static boolean isSound(String part) {
        return part.indexOf(REPLACEMENT) < 0;
    }
}
