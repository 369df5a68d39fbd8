package dev.clipstream.clip.family;

import dev.clipstream.clip.Decided;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.bundle.BundleFiles.Layout;
import dev.clipstream.clip.bundle.ModelConfig;
import dev.clipstream.clip.bundle.TokenizerFile;
import dev.clipstream.clip.text.Normalization;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// What a bundle's files and its text graph show of the model.
///
/// @param config    the configuration
/// @param tokenizer the tokenizer's file and what stands beside it
/// @param layout    arrangement of the files; empty for a folder that holds a tokenizer alone
/// @param masked    whether the text graph takes an attention mask
public record BundleEvidence(ModelConfig config, TokenizerFile tokenizer, Optional<Layout> layout, boolean masked) {

    /// Padding tokens as vocabularies name them.
    private static final List<String> PADS = List.of("<pad>", "[PAD]");

    /// Returns whether the configuration contains a name anywhere, in any case.
    ///
    /// @param name in lower case
    boolean configMentions(String name) {
        return config.tree().toString().toLowerCase(Locale.ROOT).contains(name);
    }

    /// Returns the name of the tokenizer that OpenCLIP reads from Hugging Face; empty if OpenCLIP's configuration names
    /// none, and so uses OpenAI's, or the configuration is not OpenCLIP's.
    String openClipTokenizer() {
        JsonNode tower = config.textTower();
        return tower.path("hf_tokenizer_name")
                .asString(tower.path("hf_model_name").asString(""));
    }

    /// Returns whether OpenCLIP trained the model with a sigmoid: its bias then has a first value.
    boolean openClipSigmoid() {
        return config.openClip()
                && config.openClipModel().path("init_logit_bias").isNumber();
    }

    /// Returns the tokenizer's algorithm: `BPE`, `WordPiece` or `Unigram`; empty if it names none.
    String tokenizerType() {
        return tokenizer.json().path("model").path("type").asString("");
    }

    /// Returns the tokenizer's vocabulary: an object of ids by token, for Unigram an array of tokens with their
    /// scores.
    JsonNode vocabulary() {
        return tokenizer.json().path("model").path("vocab");
    }

    /// Returns the tokenizer in a phrase for messages.
    String tokenizerInWords() {
        String type = tokenizerType();
        return (type.isEmpty() ? "one of no type" : "one of type " + type) + " with "
                + vocabulary().size() + " tokens in " + tokenizer.name();
    }

    /// Returns a token's id, in the vocabulary or added to it.
    Optional<Long> id(String token) {
        for (JsonNode added : tokenizer.json().path("added_tokens")) {
            if (added.path("content").asString("").equals(token)) {
                return Optional.of(added.path("id").asLong(-1));
            }
        }
        JsonNode vocabulary = vocabulary();
        if (vocabulary.has(token)) {
            return Optional.of(vocabulary.path(token).asLong(-1));
        }
        for (int id = 0; vocabulary.isArray() && id < vocabulary.size(); id++) {
            if (vocabulary.path(id).path(0).asString("").equals(token)) {
                return Optional.of((long) id);
            }
        }
        return Optional.empty();
    }

    /// Returns the tokenizer's own normalizer as a rule for texts.
    ///
    /// @throws ModelException if the tokenizer is a `vocab.txt` without settings that say how texts are normalized
    Decided<Normalization> ownNormalizer() throws ModelException {
        if (tokenizerType().equals("WordPiece") && !tokenizer.hasNormalizer()) {
            throw new ModelException(
                    "tokenizer.json, or do_lower_case in a tokenizer_config.json beside " + tokenizer.name(),
                    "neither",
                    "copy them from the model's page: they say how texts are normalized");
        }
        return new Decided<>(Normalization.FILE, tokenizer.name());
    }

    /// Returns whether the tokenizer's own normalizer has a step of a type, like `Lowercase`.
    boolean normalizes(String type) {
        return tokenizer.json().path("normalizer").findValuesAsString("type").contains(type);
    }

    /// Returns whether the vocabulary is that of OpenAI's tokenizer, or was made like it.
    boolean openAiVocabulary() {
        return id("<|startoftext|>").isPresent();
    }

    /// Returns whether the vocabulary is of T5's kind, as SigLIP's: unigrams with the end token as token 1.
    boolean t5Vocabulary() {
        return tokenizerType().equals("Unigram")
                && vocabulary().path(1).path(0).asString("").equals("</s>");
    }

    /// Returns whether the vocabulary is of Gemma's kind, as SigLIP 2's.
    boolean gemmaVocabulary() {
        return tokenizerType().equals("BPE")
                && vocabulary().path("<pad>").asInt(-1) == 0
                && vocabulary().path("<eos>").asInt(-1) == 1;
    }

    /// Returns the most tokens of a text as the configuration has it.
    ///
    /// @param usual the most tokens in the family's published models
    Decided<Integer> configuredLength(int usual) {
        JsonNode positions = config.tree().path("text_config").path("max_position_embeddings");
        if (positions.isInt()) {
            return new Decided<>(positions.intValue(), config.name());
        }
        JsonNode context = config.textTower().path("context_length");
        return context.isInt()
                ? new Decided<>(context.intValue(), config.name())
                : new Decided<>(usual, "usual for the family");
    }

    /// Returns the most tokens of a text as the tokenizer's files have it, the smallest where they differ.
    ///
    /// @param usual applies where they do not say
    Decided<Integer> tokenizerLength(int usual) {
        JsonNode truncation = tokenizer.json().path("truncation").path("max_length");
        Optional<Decided<Integer>> cut = truncation.isInt()
                ? Optional.of(new Decided<>(truncation.intValue(), tokenizer.name()))
                : Optional.empty();
        Optional<Decided<Integer>> most = tokenizer.settings().length();
        if (cut.isPresent() && most.isPresent()) {
            return cut.get().value() <= most.get().value() ? cut.get() : most.get();
        }
        return cut.or(() -> most).orElseGet(() -> configuredLength(usual));
    }

    /// Returns the padding token of a family whose models are all trained with the same, and are sensitive to it.
    ///
    /// @param token with which the family's models are trained
    /// @throws ModelException if the files have another
    Decided<Long> padOf(long token) throws ModelException {
        Decided<Long> found = pad(token);
        if (found.value() != token) {
            throw new ModelException(
                    "the padding token " + token + ", with which models of this family are trained",
                    found.value() + " in " + found.source(),
                    "copy tokenizer.json and tokenizer_config.json of the same model: other padding gives other"
                            + " vectors");
        }
        return found;
    }

    /// Returns the padding token as the files have it.
    ///
    /// @param usual applies where they do not say
    /// @throws ModelException if two files contradict each other, and the graph takes no mask that would leave the
    ///                        padding out
    Decided<Long> pad(long usual) throws ModelException {
        List<Decided<Long>> found = new ArrayList<>();
        for (Decided<String> token : tokenizer.settings().padTokens()) {
            id(token.value()).ifPresent(id -> found.add(new Decided<>(id, token.source())));
        }
        JsonNode padding = tokenizer.json().path("padding").path("pad_id");
        if (padding.isInt()) {
            found.add(new Decided<>(padding.longValue(), tokenizer.name()));
        }
        for (Decided<Long> other : found) {
            Decided<Long> first = found.getFirst();
            if (!masked && !other.value().equals(first.value())) {
                throw new ModelException(
                        "one padding token in " + first.source() + " and " + other.source(),
                        first.value() + " and " + other.value(),
                        "copy both files of the same model: other padding gives other vectors");
            }
        }
        if (!found.isEmpty()) {
            return found.getFirst();
        }
        for (String token : PADS) {
            Optional<Long> id = id(token);
            if (id.isPresent() && usual < 0) {
                return new Decided<>(id.get(), tokenizer.name());
            }
        }
        if (usual < 0 && !masked) {
            throw new ModelException(
                    "a padding token in tokenizer_config.json or " + tokenizer.name(),
                    "none",
                    "copy tokenizer_config.json from the model's page");
        }
        return new Decided<>(Math.max(0, usual), "usual for the family");
    }
}
