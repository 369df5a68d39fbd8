package dev.clipstream.clip.family;

import dev.clipstream.clip.Decided;
import dev.clipstream.clip.Scoring;
import dev.clipstream.clip.bundle.BundleFiles.Layout;
import dev.clipstream.clip.bundle.ResizeDefaults;
import dev.clipstream.clip.text.Normalization;
import dev.clipstream.clip.text.Padding;
import dev.clipstream.clip.text.TextCleanUp;
import dev.clipstream.clip.text.TextRules;
import dev.clipstream.image.Preprocessing;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Chinese-CLIP: BERT's word pieces, 52 tokens, images squashed, softmax.
final class ChineseClip implements ModelFamily {
    private static final String SOURCE = "cn_clip's tokenizer";

    /// Size of the Chinese BERT's vocabulary, which all published models of the family use.
    private static final int TOKENS = 21_128;

    /// Layouts of OpenCLIP's models, of which none is of this family.
    private static final Set<Layout> OTHERS = Set.of(Layout.IMMICH, Layout.OPEN_CLIP);

    @Override
    public String name() {
        return "CHINESE_CLIP";
    }

    @Override
    public Set<String> modelTypes() {
        return Set.of("chinese_clip");
    }

    @Override
    public boolean fits(BundleEvidence evidence) {
        return evidence.tokenizerType().equals("WordPiece");
    }

    /// The official export brings no configuration. Another bundle without one is taken for this family only if it has
    /// the family's vocabulary, and its tokenizer already does what the family's does. Ideographs in the vocabulary
    /// prove nothing: BERT's English one has hundreds.
    @Override
    public boolean proven(BundleEvidence evidence) {
        boolean vocabulary = evidence.config().modelType().isEmpty()
                && evidence.layout().filter(OTHERS::contains).isEmpty()
                && evidence.vocabulary().size() == TOKENS
                && lowerCases(evidence);
        return fits(evidence) && (official(evidence) || vocabulary);
    }

    @Override
    public Optional<String> doubt(BundleEvidence evidence) {
        return official(evidence)
                ? Optional.empty()
                : Optional.of("texts are prepared as for Chinese-CLIP, which other models with the vocabulary of the"
                        + " Chinese BERT do not");
    }

    private static boolean official(BundleEvidence evidence) {
        return evidence.layout().filter(Layout.CHINESE_CLIP::equals).isPresent();
    }

    private static boolean lowerCases(BundleEvidence evidence) {
        JsonNode normalizer = evidence.tokenizer().json().path("normalizer");
        return normalizer.path("lowercase").asBoolean(false)
                && normalizer.path("strip_accents").asBoolean(true);
    }

    /// Published configurations give BERT's 512 positions, of which the model was trained with 52.
    @Override
    public TextRules texts(BundleEvidence evidence) {
        return new TextRules(
                "CHINESE_CLIP",
                new Decided<>(TextCleanUp.NONE, SOURCE),
                new Decided<>(Normalization.BERT_UNCASED, SOURCE),
                false,
                false,
                new Decided<>(52, SOURCE),
                new Decided<>(0L, SOURCE),
                new Decided<>(Padding.FULL_UNLESS_PROVEN, SOURCE));
    }

    @Override
    public ResizeDefaults resizing(BundleEvidence evidence) {
        return Usual.SQUASH;
    }

    @Override
    public Preprocessing preprocessing(BundleEvidence evidence, int height, int width) {
        return Usual.openAi(Usual.SQUASH, height, width);
    }

    @Override
    public boolean preparesImagesAlike() {
        return true;
    }

    @Override
    public Scoring scoring(BundleEvidence evidence) {
        return Usual.SOFTMAX;
    }
}
