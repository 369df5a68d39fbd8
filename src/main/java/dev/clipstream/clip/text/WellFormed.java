package dev.clipstream.clip.text;

/// Removes unpaired surrogates from texts: they have no UTF-8 form, and the native tokenizer does not accept them.
public final class WellFormed {
    private WellFormed() {}

    /// Returns the text with U+FFFD for each unpaired surrogate, or the text itself if it has none.
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
