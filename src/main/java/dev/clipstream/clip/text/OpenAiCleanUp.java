package dev.clipstream.clip.text;

/// What OpenAI's CLIP does to a text before its tokenizer: repairs it, unescapes HTML twice, collapses
/// white space, lower-cases.
public final class OpenAiCleanUp {
    private OpenAiCleanUp() {}

    /// A text as OpenAI's byte pairs are to see it.
    public static String clean(String text) {
        String repaired = TextRepair.repair(text);
        String unescaped = HtmlText.unescape(HtmlText.unescape(repaired));
        return LowerCase.of(WhiteSpace.collapse(unescaped));
    }
}
