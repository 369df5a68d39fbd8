package dev.clipstream.clip.family;

import dev.clipstream.clip.Decided;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.text.Normalization;
import dev.clipstream.clip.text.Padding;
import dev.clipstream.clip.text.TextCleanUp;
import dev.clipstream.clip.text.TextRules;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.Preprocessing.Filter;
import java.util.Optional;
import java.util.Set;

/// SigLIP in Hugging Face's form: SentencePiece unigrams, always 64 tokens, images squashed, sigmoid.
final class Siglip extends SigmoidFamily {
    private static final String SOURCE = "Hugging Face's SigLIP tokenizer";

    @Override
    public String name() {
        return "SIGLIP";
    }

    @Override
    public Set<String> modelTypes() {
        return Set.of("siglip", "siglip2");
    }

    @Override
    public boolean fits(BundleEvidence evidence) {
        return evidence.t5Vocabulary();
    }

    @Override
    public boolean proven(BundleEvidence evidence) {
        return fits(evidence) && evidence.config().modelType().isEmpty();
    }

    @Override
    public Optional<String> doubt(BundleEvidence evidence) {
        return Optional.of("texts are prepared as for SigLIP, which other models with T5's vocabulary do not");
    }

    /// The original tokenizer cleans texts, then runs SentencePiece, whose normalization belongs to the vocabulary.
    /// Some conversions to `tokenizer.json` lost it: without `spiece.model` beside them, the usual one takes its place.
    @Override
    public TextRules texts(BundleEvidence evidence) throws ModelException {
        boolean table = evidence.normalizes("Precompiled");
        String file = evidence.tokenizer().normalization().isPresent()
                ? "spiece.model"
                : evidence.tokenizer().name();
        return new TextRules(
                table ? "SIGLIP" : "SIGLIP_NFKC",
                new Decided<>(TextCleanUp.SIGLIP, SOURCE),
                new Decided<>(Normalization.SENTENCE_PIECE, table ? file : "SentencePiece's nmt_nfkc"),
                false,
                false,
                evidence.configuredLength(64),
                evidence.padOf(1),
                new Decided<>(Padding.FULL, SOURCE));
    }

    @Override
    public Preprocessing preprocessing(BundleEvidence evidence, int height, int width) {
        return Usual.halves(Filter.BICUBIC, height, width);
    }
}
