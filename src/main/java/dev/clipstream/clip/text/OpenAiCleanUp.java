package dev.clipstream.clip.text;

/// OpenAI's clean-up of a text before the tokenizer, without its last step, lower case.
final class OpenAiCleanUp {
    private OpenAiCleanUp() {}

    /// Returns the text repaired, with HTML references resolved twice and runs of white space as single spaces.
    static String repair(String text) {
        String repaired = TextRepair.repair(text);
        String unescaped = HtmlText.unescape(HtmlText.unescape(repaired));
        return WhiteSpace.collapse(unescaped);
    }
}
