package dev.clipstream.clip.family;

import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.Scoring;
import dev.clipstream.clip.bundle.ResizeDefaults;
import dev.clipstream.clip.text.OpenAiCleanUp;
import dev.clipstream.clip.text.OpenAiPieces;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.Preprocessing.CropRounding;
import dev.clipstream.image.Preprocessing.Filter;
import dev.clipstream.image.Preprocessing.Fit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// OpenAI's CLIP, OpenCLIP, and models trained like them: byte pairs, 77 tokens, images cropped, softmax.
class OpenAiClip implements ModelFamily {
    @Override
    public String name() {
        return "CLIP";
    }

    @Override
    public Set<String> modelTypes() {
        return Set.of("clip");
    }

    @Override
    public boolean recognises(BundleEvidence evidence) {
        return evidence.hasToken("<|startoftext|>");
    }

    @Override
    public String tokenizerKind() {
        return "OPENAI";
    }

    @Override
    public int usualTextLength() {
        return 77;
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
        return OpenAiCleanUp.clean(text);
    }

    /// Removes the file's normalizer: [#clean(String)] does everything that it would do.
    @Override
    public void adjust(ObjectNode tokenizer) {
        tokenizer.putNull("normalizer");
    }

    /// Splits a text that contains the name of a special token: OpenAI's pattern does not always see a token there.
    @Override
    public Optional<List<String>> pieces(String clean) {
        return OpenAiPieces.namesSpecialToken(clean) ? Optional.of(OpenAiPieces.of(clean)) : Optional.empty();
    }

    /// OpenAI's transform is torchvision's, whatever processor a repository names.
    @Override
    public ResizeDefaults resizing() {
        return new ResizeDefaults(Fit.CROP, CropRounding.HALF_EVEN);
    }

    @Override
    public Preprocessing preprocessing(int height, int width) throws ModelException {
        return new Preprocessing(
                width,
                height,
                Fit.CROP,
                Filter.BICUBIC,
                CropRounding.HALF_EVEN,
                Colours.OPENAI_MEAN,
                Colours.OPENAI_STD);
    }

    @Override
    public Scoring scoring() {
        return new Scoring(Scoring.Kind.SOFTMAX, 100, 0);
    }
}
