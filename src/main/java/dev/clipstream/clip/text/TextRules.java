package dev.clipstream.clip.text;

import dev.clipstream.clip.Decided;
import dev.clipstream.clip.ModelDescription.Decision;
import java.util.List;
import java.util.Map;

/// How a model prepares texts: each rule with the file that it was decided by.
///
/// @param kind           the rules' name in reports and in fingerprints, like `OPENAI`. A released name never changes,
///                       since fingerprints change with it.
/// @param cleanUp        what is done to a text before the tokenizer
/// @param normalization  what happens to the normalizer of the tokenizer's file
/// @param endsWithPad    whether the end token is replaced by token 0, which is also the padding
/// @param openAiPieces   whether texts are split as OpenAI's pattern does where they name a special token
/// @param length         the most tokens of a text, start and end token included
/// @param pad            the token that fills up shorter texts
/// @param padding        to which length they are filled up
public record TextRules(
        String kind,
        Decided<TextCleanUp> cleanUp,
        Decided<Normalization> normalization,
        boolean endsWithPad,
        boolean openAiPieces,
        Decided<Integer> length,
        Decided<Long> pad,
        Decided<Padding> padding) {

    /// The padding that released kinds stand for, so that their fingerprints leave it out.
    private static final Map<String, Long> RELEASED =
            Map.of("OPENAI", 0L, "CHINESE_CLIP", 0L, "SIGLIP", 1L, "SIGLIP2", 0L);

    /// Returns these rules with another length.
    public TextRules withLength(Decided<Integer> other) {
        return new TextRules(kind, cleanUp, normalization, endsWithPad, openAiPieces, other, pad, padding);
    }

    /// Returns these rules with another padding.
    public TextRules withPadding(Decided<Padding> other) {
        return new TextRules(kind, cleanUp, normalization, endsWithPad, openAiPieces, length, pad, other);
    }

    /// Returns what a fingerprint holds of these rules. Padding to the longest text is no part of it, since it gives
    /// equal vectors.
    public String signature() {
        boolean released = pad.value().equals(RELEASED.get(kind));
        return kind + " " + length.value() + (released ? "" : " " + pad.value());
    }

    /// Returns the rules as lines of a description.
    public List<Decision> decisions() {
        return List.of(
                cleanUp.about("text clean-up"),
                normalization.about("text normalizer"),
                endsWithPad
                        ? new Decision("end token", "replaced by token 0", "strip_sep_token of the configuration")
                        : new Decision("end token", "kept", normalization.source()),
                length.about("text length"),
                pad.about("padding token"),
                padding.about("padding"));
    }
}
