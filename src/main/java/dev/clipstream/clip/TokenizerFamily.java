package dev.clipstream.clip;

import dev.clipstream.clip.text.OpenAiCleanUp;
import dev.clipstream.clip.text.SiglipCleanUp;
import java.util.Locale;

/// The kinds of tokenizer that the model families were trained behind: what no `tokenizer.json`
/// says, or says reliably.
public enum TokenizerFamily {
    /// OpenAI's and OpenCLIP's byte pairs: 77 tokens, pad 0, texts repaired and lower-cased.
    OPENAI(77, 0, false),
    /// Chinese-CLIP's word pieces: 52 tokens, pad 0; the tokenizer itself lower-cases
    /// and strips accents.
    CHINESE_CLIP(52, 0, false),
    /// SigLIP's unigrams: 64 tokens, always padded to that with 1, no punctuation, lower case.
    SIGLIP(64, 1, true),
    /// SigLIP 2's Gemma byte pairs: 64 tokens, always padded to that with 0, lower case.
    SIGLIP2(64, 0, true);

    private final int length;
    private final long pad;
    private final boolean padsFully;

    TokenizerFamily(int length, long pad, boolean padsFully) {
        this.length = length;
        this.pad = pad;
        this.padsFully = padsFully;
    }

    /// Most tokens of a text where neither config nor graph says otherwise.
    public int length() {
        return length;
    }

    /// The token that fills up shorter texts of a batch.
    public long pad() {
        return pad;
    }

    /// Whether every text is filled up to the full length; otherwise to the longest of its batch,
    /// with equal result.
    public boolean padsFully() {
        return padsFully;
    }

    /// The text as the tokenizer is to see it.
    public String clean(String text) {
        return switch (this) {
            case OPENAI -> OpenAiCleanUp.clean(text);
            case CHINESE_CLIP -> text;
            case SIGLIP -> SiglipCleanUp.canonical(text);
            case SIGLIP2 -> text.toLowerCase(Locale.ROOT);
        };
    }
}
