package dev.clipstream.clip.text;

import java.nio.charset.Charset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A single-byte encoding in which UTF-8 is often decoded by mistake.
///
/// A sloppy encoding maps undefined bytes to the characters of the same number, as browsers do, and encodes U+FFFD as
/// byte 1A, a byte that was lost. Immutable.
final class SingleByteEncoding {
    private static final char LOST = '\ufffd';
    private static final int LOST_BYTE = 0x1a;

    static final SingleByteEncoding LATIN_1 = new SingleByteEncoding("ISO-8859-1", false);
    static final SingleByteEncoding WINDOWS_1252 = new SingleByteEncoding("windows-1252", true);
    static final SingleByteEncoding MAC_ROMAN = new SingleByteEncoding("x-MacRoman", false);

    /// In the order in which they are tried.
    static final List<SingleByteEncoding> ALL = List.of(
            LATIN_1,
            WINDOWS_1252,
            new SingleByteEncoding("windows-1251", true),
            new SingleByteEncoding("windows-1250", true),
            new SingleByteEncoding("windows-1253", true),
            new SingleByteEncoding("windows-1254", true),
            new SingleByteEncoding("windows-1257", true),
            new SingleByteEncoding("ISO-8859-2", false),
            MAC_ROMAN,
            new SingleByteEncoding("IBM437", false));

    private final char[] characters = new char[256];
    private final Map<Character, Character> bytes = new HashMap<>();

    private SingleByteEncoding(String name, boolean sloppy) {
        Charset charset = Charset.forName(name);
        for (int value = 0; value < 256; value++) {
            char decoded = new String(new byte[] {(byte) value}, charset).charAt(0);
            characters[value] = decoded == LOST ? (char) value : decoded;
            if (value < 0x80) {
                // ASCII, whatever the platform's table has for control characters
                characters[value] = (char) value;
            }
        }
        if (sloppy) {
            characters[LOST_BYTE] = LOST;
        }
        for (int value = 0; value < 256; value++) {
            bytes.putIfAbsent(characters[value], (char) value);
        }
    }

    /// Returns the character of a byte.
    char character(int value) {
        return characters[value];
    }

    /// Returns the bytes of a text, each as the character of its number.
    ///
    /// @return empty if the encoding lacks a character of the text
    Optional<String> encode(String text) {
        StringBuilder encoded = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            Character value = bytes.get(text.charAt(i));
            if (value == null) {
                return Optional.empty();
            }
            encoded.append(value.charValue());
        }
        return Optional.of(encoded.toString());
    }
}
