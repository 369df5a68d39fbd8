package dev.clipstream.clip.family;

import dev.clipstream.clip.bundle.BundleFiles.Layout;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// What a bundle shows of its family before a graph is opened.
///
/// @param config    content of `config.json`; a missing node if there is none
/// @param tokenizer content of `tokenizer.json`, or what `vocab.txt` amounts to
/// @param layout    arrangement of the files; empty for a folder that holds a tokenizer alone
public record BundleEvidence(JsonNode config, JsonNode tokenizer, Optional<Layout> layout) {

    /// Returns `model_type` of the configuration; empty if it has none.
    public String modelType() {
        return config.path("model_type").asString("");
    }

    /// Returns whether the configuration contains a name anywhere, in any case.
    ///
    /// @param name in lower case
    public boolean configMentions(String name) {
        return config.toString().toLowerCase(Locale.ROOT).contains(name);
    }

    /// Returns the tokenizer's algorithm: `BPE`, `WordPiece` or `Unigram`; empty if it names none.
    public String tokenizerType() {
        return tokenizer.path("model").path("type").asString("");
    }

    /// Returns the tokenizer's vocabulary: an object of ids by token, for Unigram an array of tokens with their
    /// scores.
    public JsonNode vocabulary() {
        return tokenizer.path("model").path("vocab");
    }

    /// Returns whether the tokenizer has a token, in its vocabulary or added to it.
    public boolean hasToken(String token) {
        if (vocabulary().has(token)) {
            return true;
        }
        for (JsonNode added : tokenizer.path("added_tokens")) {
            if (added.path("content").asString("").equals(token)) {
                return true;
            }
        }
        return false;
    }
}
