package dev.clipstream.clip.hub;

import java.util.regex.Pattern;

/// Checks of the facts in the catalogue.
final class Facts {
    /// The names that the hubs allow: one slash, and none of the characters that could leave a folder.
    private static final Pattern REPOSITORY =
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,95}/[A-Za-z0-9_][A-Za-z0-9._-]{0,95}");

    private Facts() {}

    static void require(boolean holds, String field, String expected, Object found) {
        if (!holds) {
            throw new IllegalArgumentException(field + ": Expected " + expected + ", found '" + found + "'");
        }
    }

    static void requireText(String field, String text) {
        require(text != null && !text.isBlank(), field, "text", text == null ? "nothing" : text);
    }

    static void requireRepository(String field, String name) {
        requireText(field, name);
        require(REPOSITORY.matcher(name).matches() && !name.contains(".."), field, "ORG/NAME", name);
    }

    static void requireBetween(String field, double least, double most, double found) {
        require(found >= least && found <= most, field, "a number from " + least + " to " + most, found);
    }
}
