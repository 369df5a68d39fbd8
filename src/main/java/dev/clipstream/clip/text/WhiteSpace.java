package dev.clipstream.clip.text;

/// White space as Python's `str.split`, `str.strip` and `\s` define it, which the original clean-ups use.
final class WhiteSpace {
    private WhiteSpace() {}

    /// Returns whether a code point is white space.
    static boolean is(int codePoint) {
        return switch (codePoint) {
            case 0x09,
                    0x0a,
                    0x0b,
                    0x0c,
                    0x0d,
                    0x1c,
                    0x1d,
                    0x1e,
                    0x1f,
                    0x20,
                    0x85,
                    0xa0,
                    0x1680,
                    0x2028,
                    0x2029,
                    0x202f,
                    0x205f,
                    0x3000 -> true;
            default -> codePoint >= 0x2000 && codePoint <= 0x200a;
        };
    }

    /// Returns the text with each run of white space as one space, and without white space at the ends.
    static String collapse(String text) {
        StringBuilder collapsed = new StringBuilder(text.length());
        boolean pending = false;
        for (int i = 0; i < text.length(); ) {
            int codePoint = text.codePointAt(i);
            i += Character.charCount(codePoint);
            if (is(codePoint)) {
                pending = !collapsed.isEmpty();
            } else {
                if (pending) {
                    collapsed.append(' ');
                    pending = false;
                }
                collapsed.appendCodePoint(codePoint);
            }
        }
        return collapsed.toString();
    }
}
