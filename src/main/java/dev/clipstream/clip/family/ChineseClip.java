package dev.clipstream.clip.family;

import dev.clipstream.clip.Scoring;
import dev.clipstream.clip.bundle.ResizeDefaults;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.Preprocessing.CropRounding;
import dev.clipstream.image.Preprocessing.Filter;
import dev.clipstream.image.Preprocessing.Fit;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// Chinese-CLIP: BERT's word pieces, 52 tokens, images squashed, softmax.
final class ChineseClip implements ModelFamily {
    @Override
    public String name() {
        return "CHINESE_CLIP";
    }

    @Override
    public Set<String> modelTypes() {
        return Set.of("chinese_clip");
    }

    @Override
    public boolean recognises(BundleEvidence evidence) {
        return evidence.tokenizerType().equals("WordPiece");
    }

    @Override
    public String tokenizerKind() {
        return "CHINESE_CLIP";
    }

    /// Published configurations give BERT's 512 positions, of which the model was trained with 52.
    @Override
    public int textLength(BundleEvidence evidence) {
        return usualTextLength();
    }

    @Override
    public int usualTextLength() {
        return 52;
    }

    @Override
    public long pad() {
        return 0;
    }

    @Override
    public boolean padsFully() {
        return false;
    }

    @Override
    public String clean(String text) {
        return text;
    }

    /// Sets BERT's normalizer, which lower-cases and strips accents.
    @Override
    public void adjust(ObjectNode tokenizer) {
        tokenizer
                .putObject("normalizer")
                .put("type", "BertNormalizer")
                .put("clean_text", true)
                .put("handle_chinese_chars", true)
                .put("strip_accents", true)
                .put("lowercase", true);
    }

    @Override
    public ResizeDefaults resizing() {
        return new ResizeDefaults(Fit.SQUASH, CropRounding.FLOOR);
    }

    @Override
    public Preprocessing preprocessing(int height, int width) {
        return new Preprocessing(
                width, height, Fit.SQUASH, Filter.BICUBIC, CropRounding.FLOOR, Colours.OPENAI_MEAN, Colours.OPENAI_STD);
    }

    @Override
    public Scoring scoring() {
        return new Scoring(Scoring.Kind.SOFTMAX, 100, 0);
    }
}
