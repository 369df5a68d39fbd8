package dev.clipstream.clip.family;

import dev.clipstream.clip.Decided;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.Scoring;
import dev.clipstream.clip.bundle.ResizeDefaults;
import dev.clipstream.clip.text.Normalization;
import dev.clipstream.clip.text.Padding;
import dev.clipstream.clip.text.TextCleanUp;
import dev.clipstream.clip.text.TextRules;
import dev.clipstream.image.Preprocessing;
import java.util.Optional;
import java.util.Set;

/// OpenAI's CLIP, OpenCLIP, and models trained like them: byte pairs, 77 tokens, images cropped, softmax.
class OpenAiClip implements ModelFamily {
    private static final String SOURCE = "OpenAI's tokenizer";

    @Override
    public String name() {
        return "CLIP";
    }

    @Override
    public Set<String> modelTypes() {
        return Set.of("clip");
    }

    /// OpenCLIP uses OpenAI's tokenizer where its configuration names no other.
    @Override
    public boolean named(BundleEvidence evidence) {
        boolean openClip =
                evidence.config().openClip() && evidence.openClipTokenizer().isEmpty();
        return openClip || ModelFamily.super.named(evidence);
    }

    @Override
    public boolean fits(BundleEvidence evidence) {
        return evidence.openAiVocabulary();
    }

    @Override
    public boolean proven(BundleEvidence evidence) {
        return fits(evidence);
    }

    /// OWL-ViT and others use the vocabulary too, under a type of their own.
    @Override
    public Optional<String> doubt(BundleEvidence evidence) {
        String type = evidence.config().modelType();
        return type.isEmpty()
                ? Optional.empty()
                : Optional.of("texts are prepared as for CLIP, whose vocabulary this model of type " + type + " has");
    }

    /// Returns the most tokens of a text in the family's published models.
    int usualTextLength() {
        return 77;
    }

    /// Pads with 0 as OpenAI's code does, whatever padding token the repository of a later conversion names. The file's
    /// normalizer is removed, since the clean-up does everything that it would do.
    @Override
    public TextRules texts(BundleEvidence evidence) throws ModelException {
        Decided<TextCleanUp> cleanUp = OpenClipTokenizer.cleanUp(evidence, new Decided<>(TextCleanUp.LOWER, SOURCE));
        return new TextRules(
                cleanUp.value() == TextCleanUp.LOWER
                        ? "OPENAI"
                        : "OPENAI_" + cleanUp.value().name(),
                cleanUp,
                new Decided<>(Normalization.NONE, SOURCE),
                false,
                true,
                evidence.configuredLength(usualTextLength()),
                new Decided<>(0L, SOURCE),
                new Decided<>(Padding.FULL_UNLESS_PROVEN, SOURCE));
    }

    /// OpenAI's transform is torchvision's, whatever processor a repository names.
    @Override
    public ResizeDefaults resizing(BundleEvidence evidence) {
        return Usual.CROP;
    }

    @Override
    public Preprocessing preprocessing(BundleEvidence evidence, int height, int width) throws ModelException {
        return Usual.openAi(Usual.CROP, height, width);
    }

    @Override
    public Scoring scoring(BundleEvidence evidence) {
        return evidence.openClipSigmoid() ? Usual.SIGMOID : Usual.SOFTMAX;
    }
}
