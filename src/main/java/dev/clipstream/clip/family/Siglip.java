package dev.clipstream.clip.family;

import dev.clipstream.clip.Scoring;
import dev.clipstream.clip.bundle.ResizeDefaults;
import dev.clipstream.clip.text.SiglipCleanUp;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.Preprocessing.CropRounding;
import dev.clipstream.image.Preprocessing.Filter;
import dev.clipstream.image.Preprocessing.Fit;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// SigLIP: SentencePiece unigrams, always 64 tokens, images squashed, sigmoid.
class Siglip implements ModelFamily {
    @Override
    public String name() {
        return "SIGLIP";
    }

    @Override
    public Set<String> modelTypes() {
        return Set.of("siglip", "siglip2");
    }

    @Override
    public boolean recognises(BundleEvidence evidence) {
        return evidence.tokenizerType().equals("Unigram")
                && evidence.vocabulary().path(1).path(0).asString("").equals("</s>");
    }

    @Override
    public String tokenizerKind() {
        return "SIGLIP";
    }

    @Override
    public int usualTextLength() {
        return 64;
    }

    @Override
    public long pad() {
        return 1;
    }

    @Override
    public boolean padsFully() {
        return true;
    }

    @Override
    public String clean(String text) {
        return SiglipCleanUp.canonical(text);
    }

    /// Keeps the file's normalizer: SentencePiece's normalization belongs to the vocabulary.
    @Override
    public void adjust(ObjectNode tokenizer) {}

    @Override
    public ResizeDefaults resizing() {
        return new ResizeDefaults(Fit.SQUASH, CropRounding.FLOOR);
    }

    @Override
    public Preprocessing preprocessing(int height, int width) {
        return new Preprocessing(
                width, height, Fit.SQUASH, Filter.BICUBIC, CropRounding.FLOOR, Colours.HALF, Colours.HALF);
    }

    @Override
    public Scoring scoring() {
        return new Scoring(Scoring.Kind.SIGMOID, 112, -16);
    }
}
