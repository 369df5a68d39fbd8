package dev.clipstream.clip.text;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Bytes that are UTF-8 or almost: repairs of common damage, and decoding.
///
/// Bytes are represented as strings of characters below U+0100.
final class Utf8Bytes {
    /// What a sloppy [SingleByteEncoding] gives for U+FFFD.
    private static final char LOST = 0x1a;

    private static final String REPLACEMENT = "\u00ef\u00bf\u00bd";

    private Utf8Bytes() {}

    /// Restores bytes A0 that became spaces: the second byte of `à` and of the no-break space, which programs treat
    /// as white space. A single space after a lone `à` becomes both, the byte and the space.
    static String withRestoredA0(String bytes) {
        StringBuilder restored = new StringBuilder(bytes.length() + 1);
        for (int i = 0; i < bytes.length(); i++) {
            char value = bytes.charAt(i);
            boolean spaced = value == ' ' && i > 0 && (bytes.charAt(i - 1) == 0xc2 || bytes.charAt(i - 1) == 0xc3);
            restored.append(spaced ? '\u00a0' : value);
            if (spaced && bytes.charAt(i - 1) == 0xc3 && at(bytes, i + 1) != ' ' && at(bytes, i + 1) >= 0) {
                restored.append(' ');
            }
        }
        return restored.toString();
    }

    /// Replaces sequences that lost a byte (1A), and lone lost bytes, by U+FFFD.
    static String withLossReplaced(String bytes) {
        if (bytes.indexOf(LOST) < 0) {
            return bytes;
        }
        StringBuilder replaced = new StringBuilder(bytes.length());
        int i = 0;
        while (i < bytes.length()) {
            int length = Math.max(1, sequenceLength(bytes.charAt(i)));
            int end = i + 1;
            while (end < i + length && continuesOrIsLost(at(bytes, end))) {
                end++;
            }
            String sequence = bytes.substring(i, end);
            replaced.append(sequence.indexOf(LOST) < 0 ? sequence : REPLACEMENT);
            i = end;
        }
        return replaced.toString();
    }

    /// Returns the length of a sequence with this first byte, 1 to 4; 0 if no sequence begins with it.
    static int sequenceLength(int first) {
        if (first < 0x80) {
            return 1;
        }
        return first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    }

    /// Returns whether a byte continues a sequence.
    static boolean isContinuation(int value) {
        return value >= 0x80 && value < 0xc0;
    }

    /// Returns whether a byte continues a sequence, or stands for one that was lost.
    static boolean continuesOrIsLost(int value) {
        return isContinuation(value) || value == LOST;
    }

    /// Decodes UTF-8 and its two common variants: surrogate pairs in three bytes each, and C0 80 for U+0000.
    ///
    /// @return empty if the bytes are neither
    static Optional<String> decode(String bytes) {
        StringBuilder decoded = new StringBuilder(bytes.length());
        int from = 0;
        for (int i = 0; i < bytes.length(); i++) {
            char first = bytes.charAt(i);
            int length = first == 0xc0 ? 2 : first == 0xed && at(bytes, i + 1) >= 0xa0 ? 6 : 0;
            if (length == 0) {
                continue;
            }
            if (!appendStrict(decoded, bytes.substring(from, i)) || !appendVariant(decoded, bytes, i, length)) {
                return Optional.empty();
            }
            from = i + length;
            i = from - 1;
        }
        return appendStrict(decoded, bytes.substring(from)) ? Optional.of(decoded.toString()) : Optional.empty();
    }

    private static int at(String bytes, int index) {
        return index < bytes.length() ? bytes.charAt(index) : -1;
    }

    private static boolean appendVariant(StringBuilder decoded, String bytes, int at, int length) {
        if (length == 2) {
            decoded.append('\0');
            return at(bytes, at + 1) == 0x80;
        }
        int high = surrogate(bytes, at);
        int low = surrogate(bytes, at + 3);
        if (high < 0xd800 || high > 0xdbff || low < 0xdc00 || low > 0xdfff) {
            return false;
        }
        decoded.append((char) high).append((char) low);
        return true;
    }

    private static int surrogate(String bytes, int at) {
        int second = at(bytes, at + 1);
        int third = at(bytes, at + 2);
        if (at(bytes, at) != 0xed || (second & 0xc0) != 0x80 || (third & 0xc0) != 0x80) {
            return -1;
        }
        return 0xd000 | (second & 0x3f) << 6 | (third & 0x3f);
    }

    private static boolean appendStrict(StringBuilder decoded, String bytes) {
        try {
            decoded.append(StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1))));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
