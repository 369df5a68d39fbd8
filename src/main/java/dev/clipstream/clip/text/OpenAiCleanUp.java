package dev.clipstream.clip.text;

/// OpenAI's clean-up of a text before the tokenizer: repairs it, unescapes HTML twice, collapses white space,
/// lower-cases.
public final class OpenAiCleanUp {
    private OpenAiCleanUp() {}

    /// Returns the text as OpenAI's tokenizer must see it.
    public static String clean(String text) {
        String repaired = TextRepair.repair(text);
        String unescaped = HtmlText.unescape(HtmlText.unescape(repaired));
        return LowerCase.of(WhiteSpace.collapse(unescaped));
    }
}
