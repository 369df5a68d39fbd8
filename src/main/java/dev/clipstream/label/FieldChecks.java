package dev.clipstream.label;

import java.util.IllformedLocaleException;
import java.util.Locale;

/// Checks of the values of a label set's fields.
final class FieldChecks {
    private static final int MAX_QUOTE = 60;

    private FieldChecks() {}

    static void requireText(String path, String text) {
        if (text.isBlank()) {
            throw new InvalidLabelException(path, "expected text, found only blanks: fill it in");
        }
        if (text.codePoints().anyMatch(Character::isISOControl)) {
            throw new InvalidLabelException(
                    path, "expected text on one line, found " + quote(text) + " with a control character: remove it");
        }
        requireUnicode(path, text);
    }

    /// Refuses half of a surrogate pair, which no file and no record can hold.
    static void requireUnicode(String path, String text) {
        if (text.codePoints().anyMatch(character -> Character.getType(character) == Character.SURROGATE)) {
            throw new InvalidLabelException(
                    path, "expected Unicode text, found " + quote(text) + " with half a character: write it again");
        }
    }

    static void requireLanguage(String path, String tag) {
        try {
            if (!tag.isEmpty()
                    && !new Locale.Builder().setLanguageTag(tag).build().equals(Locale.ROOT)) {
                return;
            }
        } catch (IllformedLocaleException malformed) {
            // reported below, like an empty tag
        }
        throw new InvalidLabelException(
                path, "expected a BCP 47 language tag such as en or zh, found " + quote(tag) + ": correct it");
    }

    static void requireProbability(String path, double probability) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new InvalidLabelException(
                    path, "expected a probability from 0 to 1, found " + probability + ": correct it");
        }
    }

    /// Returns untrusted text for a message: quoted, shortened, without control characters.
    static String quote(String text) {
        return "'" + shorten(text) + "'";
    }

    /// Returns untrusted text for a message: shortened, without control characters.
    static String shorten(String text) {
        StringBuilder shortened = new StringBuilder();
        text.codePoints()
                .limit(MAX_QUOTE)
                .map(c -> Character.isISOControl(c) ? '\uFFFD' : c)
                .forEach(shortened::appendCodePoint);
        return shortened
                .append(text.codePointCount(0, text.length()) > MAX_QUOTE ? "…" : "")
                .toString();
    }
}
