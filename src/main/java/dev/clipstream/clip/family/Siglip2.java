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

/// SigLIP 2 in Hugging Face's form: Gemma's byte pairs in lower case. Reports give its family as SigLIP's.
final class Siglip2 extends SigmoidFamily {
    private static final String SOURCE = "Hugging Face's SigLIP 2 tokenizer";

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
        return evidence.gemmaVocabulary();
    }

    @Override
    public boolean proven(BundleEvidence evidence) {
        return fits(evidence) && evidence.config().modelType().isEmpty();
    }

    @Override
    public Optional<String> doubt(BundleEvidence evidence) {
        return Optional.of("texts are prepared as for SigLIP 2, which other models with Gemma's vocabulary do not");
    }

    @Override
    public TextRules texts(BundleEvidence evidence) throws ModelException {
        String file = evidence.tokenizer().name();
        Decided<TextCleanUp> cleanUp = evidence.normalizes("Lowercase")
                ? new Decided<>(TextCleanUp.NONE, file)
                : new Decided<>(TextCleanUp.LOWER_CASE, SOURCE);
        return rules("SIGLIP2", evidence, cleanUp, SOURCE);
    }

    /// Returns the rules of Gemma's tokenizer, which FG-CLIP 2 uses too.
    static TextRules rules(String kind, BundleEvidence evidence, Decided<TextCleanUp> cleanUp, String source)
            throws ModelException {
        return new TextRules(
                kind,
                cleanUp,
                new Decided<>(Normalization.FILE, evidence.tokenizer().name()),
                false,
                false,
                evidence.configuredLength(64),
                evidence.padOf(0),
                new Decided<>(Padding.FULL, source));
    }

    @Override
    public Preprocessing preprocessing(BundleEvidence evidence, int height, int width) {
        return Usual.halves(Filter.BILINEAR, height, width);
    }
}
