package dev.clipstream.clip;

import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.Preprocessing.Channels;
import dev.clipstream.image.Preprocessing.CropRounding;
import dev.clipstream.image.Preprocessing.Filter;
import dev.clipstream.image.Preprocessing.Fit;

/// What a model's family decides where its bundle does not say. [TokenizerFamily] is its text side.
enum ModelFamily {
    /// OpenAI's CLIP, OpenCLIP and what is trained like them.
    CLIP,
    /// Chinese-CLIP.
    CHINESE_CLIP,
    /// SigLIP and SigLIP 2.
    SIGLIP;

    /// The family that a tokenizer belongs to.
    static ModelFamily of(TokenizerFamily tokenizer) {
        return switch (tokenizer) {
            case OPENAI -> CLIP;
            case CHINESE_CLIP -> CHINESE_CLIP;
            case SIGLIP, SIGLIP2 -> SIGLIP;
        };
    }

    /// What the family's reference does to a picture.
    Preprocessing preprocessing(int height, int width) {
        Channels half = new Channels(0.5f, 0.5f, 0.5f);
        return new Preprocessing(
                width,
                height,
                fit(),
                Filter.BICUBIC,
                rounding(),
                this == SIGLIP ? half : new Channels((float) 0.48145466, (float) 0.4578275, (float) 0.40821073),
                this == SIGLIP ? half : new Channels((float) 0.26862954, (float) 0.26130258, (float) 0.27577711));
    }

    private Fit fit() {
        return this == CLIP ? Fit.CROP : Fit.SQUASH;
    }

    /// OpenAI's transform is torchvision's, whatever processor a repository names; others crop as
    /// Hugging Face does.
    CropRounding rounding() {
        return this == CLIP ? CropRounding.HALF_EVEN : CropRounding.FLOOR;
    }

    /// The scale and bias that the family's published models learned, about.
    Scoring scoring() {
        return this == SIGLIP ? new Scoring(Scoring.Kind.SIGMOID, 112, -16) : new Scoring(Scoring.Kind.SOFTMAX, 100, 0);
    }
}
