package dev.clipstream.clip.text;

import java.util.Locale;

/// Lower case as Python's `str.lower` has it: Unicode's full mapping, with the final sigma at the end of a word.
///
/// Java's own mapping differs only in where a word ends.
final class LowerCase {
    private static final int SIGMA = 0x3a3;

    private LowerCase() {}

    /// Returns the lower case of a text.
    static String of(String text) {
        if (text.indexOf(SIGMA) < 0) {
            return text.toLowerCase(Locale.ROOT);
        }
        StringBuilder lower = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); ) {
            int codePoint = text.codePointAt(i);
            int next = i + Character.charCount(codePoint);
            if (codePoint == SIGMA) {
                lower.append(endsWord(text, i, next) ? 'ς' : 'σ');
            } else {
                lower.append(Character.toString(codePoint).toLowerCase(Locale.ROOT));
            }
            i = next;
        }
        return lower.toString();
    }

    /// Returns the lower case of each character by itself, as code has it that calls `str.lower` on one after the
    /// other: no sigma is final.
    static String ofEachCharacter(String text) {
        return text.replace('Σ', 'σ').toLowerCase(Locale.ROOT);
    }

    /// Returns whether Unicode's condition Final_Sigma holds: a cased letter before and none after, with any number
    /// of ignorable characters between.
    private static boolean endsWord(String text, int at, int next) {
        int before = at;
        while (before > 0 && isCaseIgnorable(text.codePointBefore(before))) {
            before -= Character.charCount(text.codePointBefore(before));
        }
        if (before == 0 || !isCased(text.codePointBefore(before))) {
            return false;
        }
        int after = next;
        while (after < text.length() && isCaseIgnorable(text.codePointAt(after))) {
            after += Character.charCount(text.codePointAt(after));
        }
        return after == text.length() || !isCased(text.codePointAt(after));
    }

    private static boolean isCased(int codePoint) {
        return Character.isLowerCase(codePoint) || Character.isUpperCase(codePoint) || Character.isTitleCase(codePoint);
    }

    private static boolean isCaseIgnorable(int codePoint) {
        return switch (codePoint) {
            case '\'',
                    '.',
                    ':',
                    0xb7,
                    0x387,
                    0x55f,
                    0x5f4,
                    0x2018,
                    0x2019,
                    0x2024,
                    0x2027,
                    0xfe13,
                    0xfe52,
                    0xfe55,
                    0xff07,
                    0xff0e,
                    0xff1a -> true;
            default ->
                switch (Character.getType(codePoint)) {
                    case Character.NON_SPACING_MARK,
                            Character.ENCLOSING_MARK,
                            Character.FORMAT,
                            Character.MODIFIER_LETTER,
                            Character.MODIFIER_SYMBOL -> true;
                    default -> false;
                };
        };
    }
}
