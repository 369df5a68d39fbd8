package dev.clipstream.clip.family;

import dev.clipstream.clip.Decided;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.Scoring;
import dev.clipstream.clip.bundle.ResizeDefaults;
import dev.clipstream.clip.text.Padding;
import dev.clipstream.clip.text.TextCleanUp;
import dev.clipstream.clip.text.TextRules;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.Preprocessing.Filter;
import java.util.Locale;
import java.util.Set;

/// Models of OpenCLIP with a tokenizer of Hugging Face, which `text_cfg.hf_tokenizer_name` names: CLIPA, XLM-R, NLLB,
/// SigLIP and SigLIP 2 in OpenCLIP's form, MetaCLIP 2.
///
/// OpenCLIP cleans texts as `text_cfg.tokenizer_kwargs.clean` says, and fills all up to `context_length`.
final class OpenClipText implements ModelFamily {
    @Override
    public String name() {
        return "OPEN_CLIP";
    }

    @Override
    public Set<String> modelTypes() {
        return Set.of();
    }

    @Override
    public boolean named(BundleEvidence evidence) {
        return !evidence.openClipTokenizer().isEmpty();
    }

    @Override
    public boolean fits(BundleEvidence evidence) {
        String name = evidence.openClipTokenizer().toLowerCase(Locale.ROOT);
        String type = evidence.tokenizerType();
        if (name.contains("siglip2")) {
            return evidence.gemmaVocabulary();
        }
        if (name.contains("siglip") || name.contains("xlm-")) {
            return type.equals("Unigram");
        }
        if (name.startsWith("bert-")) {
            return type.equals("WordPiece");
        }
        return Set.of("BPE", "WordPiece", "Unigram").contains(type) && !evidence.openAiVocabulary();
    }

    @Override
    public TextRules texts(BundleEvidence evidence) throws ModelException {
        String source = evidence.config().name();
        Decided<TextCleanUp> cleanUp =
                OpenClipTokenizer.cleanUp(evidence, new Decided<>(TextCleanUp.WHITESPACE, "usual in OpenCLIP"));
        boolean stripped = OpenClipTokenizer.stripsSeparator(evidence);
        return new TextRules(
                "OPEN_CLIP_" + cleanUp.value().name() + (stripped ? "_WITHOUT_END" : ""),
                cleanUp,
                evidence.ownNormalizer(),
                stripped,
                false,
                evidence.configuredLength(77),
                pad(evidence),
                new Decided<>(Padding.FULL_UNLESS_PROVEN, source));
    }

    private static Decided<Long> pad(BundleEvidence evidence) throws ModelException {
        boolean siglip = evidence.openClipTokenizer().toLowerCase(Locale.ROOT).contains("siglip");
        return siglip ? evidence.padOf(evidence.gemmaVocabulary() ? 0 : 1) : evidence.pad(-1);
    }

    @Override
    public ResizeDefaults resizing(BundleEvidence evidence) {
        return evidence.openClipSigmoid() || OpenClipTokenizer.stripsSeparator(evidence) ? Usual.SQUASH : Usual.CROP;
    }

    /// CLIPA is the family that strips the end token.
    @Override
    public Preprocessing preprocessing(BundleEvidence evidence, int height, int width) {
        if (OpenClipTokenizer.stripsSeparator(evidence)) {
            return Usual.imageNet(height, width);
        }
        return evidence.openClipSigmoid()
                ? Usual.halves(Filter.BICUBIC, height, width)
                : Usual.openAi(Usual.CROP, height, width);
    }

    @Override
    public Scoring scoring(BundleEvidence evidence) {
        return evidence.openClipSigmoid() ? Usual.SIGMOID : Usual.SOFTMAX;
    }
}
