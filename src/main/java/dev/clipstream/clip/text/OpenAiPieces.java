package dev.clipstream.clip.text;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// The pieces into which OpenAI's tokenizer splits a clean text before it looks for byte pairs.
final class OpenAiPieces {
    private static final Pattern PIECE = Pattern.compile(
            "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|\\p{L}+|\\p{N}|[^\\s\\p{L}\\p{N}]+",
            Pattern.UNICODE_CHARACTER_CLASS);

    private OpenAiPieces() {}

    /// Returns whether the text contains the name of a special token, as a piece of its own or inside of another.
    static boolean namesSpecialToken(String clean) {
        return clean.contains("<|startoftext|>") || clean.contains("<|endoftext|>");
    }

    /// Returns the pieces in order, without white space.
    static List<String> of(String clean) {
        return PIECE.matcher(clean).results().map(MatchResult::group).toList();
    }
}
