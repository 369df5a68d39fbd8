package dev.clipstream.clip.text;

/// Texts without halves of surrogate pairs, which have no UTF-8 form and which the native
/// tokenizer cannot take.
public final class WellFormed {
    private WellFormed() {}

    /// The text with U+FFFD for each half that stands alone; the text itself if there is none.
    public static String of(String text) {
        StringBuilder fixed = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                fixed = fixed == null ? new StringBuilder(text) : fixed;
                fixed.setCharAt(i, '\ufffd');
            }
        }
        return fixed == null ? text : fixed.toString();
    }
}
