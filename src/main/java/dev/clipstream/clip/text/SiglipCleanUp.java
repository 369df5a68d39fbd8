package dev.clipstream.clip.text;

import java.util.regex.Pattern;

/// SigLIP's canonical form: lower case, no ASCII punctuation, single spaces. Its two published implementations differ.
final class SiglipCleanUp {
    private static final Pattern PUNCTUATION = Pattern.compile("[!-/:-@\\[-`{-~]");

    private SiglipCleanUp() {}

    /// Returns the text as Hugging Face's tokenizer sees it: `snake_case` becomes `snakecase`, and each character gets
    /// its lower case by itself.
    static String huggingFace(String text) {
        return WhiteSpace.collapse(withoutPunctuation(LowerCase.ofEachCharacter(text)));
    }

    /// Returns the text as OpenCLIP's tokenizer sees it: repaired, and `snake_case` becomes `snake case`.
    static String openClip(String text) {
        String spaced = OpenAiCleanUp.repair(text).replace('_', ' ');
        return WhiteSpace.collapse(LowerCase.of(withoutPunctuation(spaced)));
    }

    private static String withoutPunctuation(String text) {
        return PUNCTUATION.matcher(text).replaceAll("");
    }
}
