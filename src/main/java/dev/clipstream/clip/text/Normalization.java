package dev.clipstream.clip.text;

import tools.jackson.databind.node.ObjectNode;

/// What happens to the normalizer of a `tokenizer.json`.
public enum Normalization {
    /// It stays as it is.
    FILE("the file's own") {
        @Override
        void apply(ObjectNode tokenizer) {
            // nothing to change
        }
    },
    /// It is removed: the clean-up does everything that it would do.
    NONE("none beyond the clean-up") {
        @Override
        void apply(ObjectNode tokenizer) {
            tokenizer.putNull("normalizer");
        }
    },
    /// SentencePiece's own normalization takes its place, by the table that the file has, as the original tokenizer
    /// runs it.
    SENTENCE_PIECE("SentencePiece's") {
        @Override
        void apply(ObjectNode tokenizer) {
            tokenizer.putNull("normalizer");
        }
    },
    /// BERT's normalizer for lower-cased vocabularies takes its place, which also strips accents.
    BERT_UNCASED("BERT's, lower case without accents") {
        @Override
        void apply(ObjectNode tokenizer) {
            tokenizer
                    .putObject("normalizer")
                    .put("type", "BertNormalizer")
                    .put("clean_text", true)
                    .put("handle_chinese_chars", true)
                    .put("strip_accents", true)
                    .put("lowercase", true);
        }
    };

    private final String title;

    Normalization(String title) {
        this.title = title;
    }

    /// Changes the content of a `tokenizer.json` in place.
    abstract void apply(ObjectNode tokenizer);

    @Override
    public String toString() {
        return title;
    }
}
