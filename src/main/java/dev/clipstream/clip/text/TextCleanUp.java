package dev.clipstream.clip.text;

/// What is done to a text before the tokenizer sees it.
public enum TextCleanUp {
    /// Nothing: the tokenizer's own normalizer does everything.
    NONE("none") {
        @Override
        public String clean(String text) {
            return text;
        }
    },
    /// OpenAI's: repairs, HTML references twice, single spaces, lower case. OpenCLIP calls it `lower`.
    LOWER("repair, HTML, white space, lower case") {
        @Override
        public String clean(String text) {
            return LowerCase.of(OpenAiCleanUp.repair(text));
        }
    },
    /// OpenAI's without lower case. OpenCLIP's default for tokenizers of Hugging Face, which it calls `whitespace`.
    WHITESPACE("repair, HTML, white space") {
        @Override
        public String clean(String text) {
            return OpenAiCleanUp.repair(text);
        }
    },
    /// OpenCLIP's for SigLIP and SigLIP 2, which it calls `canonicalize`: repairs, HTML references twice, underscores
    /// to spaces, no ASCII punctuation, lower case, single spaces.
    CANONICALIZE("repair, HTML, no punctuation, white space, lower case") {
        @Override
        public String clean(String text) {
            return SiglipCleanUp.openClip(text);
        }
    },
    /// Hugging Face's for SigLIP: no ASCII punctuation, lower case, single spaces, and no repairs.
    SIGLIP("no punctuation, white space, lower case") {
        @Override
        public String clean(String text) {
            return SiglipCleanUp.huggingFace(text);
        }
    },
    /// Lower case alone.
    LOWER_CASE("lower case") {
        @Override
        public String clean(String text) {
            return LowerCase.of(text);
        }
    };

    private final String title;

    TextCleanUp(String title) {
        this.title = title;
    }

    /// Returns a text as the tokenizer must see it.
    public abstract String clean(String text);

    @Override
    public String toString() {
        return title;
    }
}
