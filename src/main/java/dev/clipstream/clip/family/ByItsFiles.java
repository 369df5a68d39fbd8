package dev.clipstream.clip.family;

import dev.clipstream.clip.Decided;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.Scoring;
import dev.clipstream.clip.bundle.ResizeDefaults;
import dev.clipstream.clip.text.Padding;
import dev.clipstream.clip.text.TextCleanUp;
import dev.clipstream.clip.text.TextRules;
import dev.clipstream.image.Preprocessing;
import java.util.Optional;
import java.util.Set;

/// Models whose tokenizer's files say everything: M-CLIP, jina-clip, and those of no known family. Normalizer, length
/// and padding are the files', and nothing is done to a text before them.
class ByItsFiles implements ModelFamily {
    @Override
    public String name() {
        return "OTHER";
    }

    @Override
    public Set<String> modelTypes() {
        return Set.of();
    }

    /// immich's exports of M-CLIP bring the image tower's configuration of OpenCLIP, which says nothing of the text
    /// tower. Unlike OpenCLIP's, that tower takes a mask.
    @Override
    public boolean named(BundleEvidence evidence) {
        return evidence.config().openClip()
                && evidence.openClipTokenizer().isEmpty()
                && evidence.masked()
                && !evidence.openAiVocabulary();
    }

    @Override
    public boolean fits(BundleEvidence evidence) {
        return Set.of("BPE", "WordPiece", "Unigram").contains(evidence.tokenizerType());
    }

    @Override
    public boolean proven(BundleEvidence evidence) {
        return fits(evidence);
    }

    @Override
    public Optional<String> doubt(BundleEvidence evidence) {
        return Optional.of("texts are prepared as the tokenizer's files say, and a model's own code may do more");
    }

    @Override
    public TextRules texts(BundleEvidence evidence) throws ModelException {
        String file = evidence.tokenizer().name();
        return new TextRules(
                "FILE",
                new Decided<>(TextCleanUp.NONE, file),
                evidence.ownNormalizer(),
                false,
                false,
                length(evidence),
                evidence.pad(-1),
                padding(evidence));
    }

    /// Returns the most tokens of a text if the graph does not fix it.
    Decided<Integer> length(BundleEvidence evidence) {
        return evidence.tokenizerLength(77);
    }

    /// Returns how the original code fills texts up.
    Decided<Padding> padding(BundleEvidence evidence) {
        return new Decided<>(Padding.LONGEST, evidence.tokenizer().name());
    }

    @Override
    public ResizeDefaults resizing(BundleEvidence evidence) {
        return evidence.config().openClip() ? Usual.CROP : Usual.CROP_OF_PROCESSOR;
    }

    @Override
    public Preprocessing preprocessing(BundleEvidence evidence, int height, int width) throws ModelException {
        if (evidence.config().openClip()) {
            return Usual.openAi(Usual.CROP, height, width);
        }
        throw new ModelException(
                "a preprocessor_config.json, since the model is of no known family",
                "none",
                "copy it from the model's page");
    }

    /// OpenCLIP's configuration is that of the image tower, which the text tower was trained for.
    @Override
    public boolean scoresAsUsual(BundleEvidence evidence) {
        return evidence.config().openClip();
    }

    @Override
    public Scoring scoring(BundleEvidence evidence) {
        return evidence.openClipSigmoid() ? Usual.SIGMOID : Usual.SOFTMAX;
    }
}
