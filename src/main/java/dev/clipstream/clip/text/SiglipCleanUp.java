package dev.clipstream.clip.text;

import java.util.Locale;
import java.util.regex.Pattern;

/// SigLIP's canonical form: lower case, no ASCII punctuation, single spaces.
public final class SiglipCleanUp {
    private static final Pattern PUNCTUATION = Pattern.compile("[!-/:-@\\[-`{-~]");

    private SiglipCleanUp() {}

    /// Returns the text as SigLIP's tokenizer must see it.
    public static String canonical(String text) {
        String bare = PUNCTUATION.matcher(text.toLowerCase(Locale.ROOT)).replaceAll("");
        return WhiteSpace.collapse(bare);
    }
}
