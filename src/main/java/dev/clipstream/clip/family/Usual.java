package dev.clipstream.clip.family;

import dev.clipstream.clip.Scoring;
import dev.clipstream.clip.bundle.ResizeDefaults;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.Preprocessing.Channels;
import dev.clipstream.image.Preprocessing.CropRounding;
import dev.clipstream.image.Preprocessing.Filter;
import dev.clipstream.image.Preprocessing.Fit;

/// Values that several families share.
final class Usual {
    /// OpenAI's transform is torchvision's, which rounds the crop's offset half to even.
    static final ResizeDefaults CROP = new ResizeDefaults(Fit.CROP, CropRounding.HALF_EVEN);
    /// Hugging Face's image processors round the crop's offset down.
    static final ResizeDefaults CROP_OF_PROCESSOR = new ResizeDefaults(Fit.CROP, CropRounding.FLOOR);

    static final ResizeDefaults SQUASH = new ResizeDefaults(Fit.SQUASH, CropRounding.FLOOR);

    static final Scoring SOFTMAX = new Scoring(Scoring.Kind.SOFTMAX, 100, 0);
    static final Scoring SIGMOID = new Scoring(Scoring.Kind.SIGMOID, 112, -16);

    private static final Channels OPENAI_MEAN = channels(0.48145466, 0.4578275, 0.40821073);
    private static final Channels OPENAI_STD = channels(0.26862954, 0.26130258, 0.27577711);
    private static final Channels IMAGENET_MEAN = channels(0.485, 0.456, 0.406);
    private static final Channels IMAGENET_STD = channels(0.229, 0.224, 0.225);
    private static final Channels HALF = channels(0.5, 0.5, 0.5);

    private Usual() {}

    private static Channels channels(double red, double green, double blue) {
        return new Channels((float) red, (float) green, (float) blue);
    }

    /// Resizes as given and normalizes with the means of OpenAI's training images.
    static Preprocessing openAi(ResizeDefaults resize, int height, int width) {
        return new Preprocessing(
                width, height, resize.fit(), Filter.BICUBIC, resize.rounding(), OPENAI_MEAN, OPENAI_STD);
    }

    /// Squashes and scales to -1 to 1.
    static Preprocessing halves(Filter filter, int height, int width) {
        return new Preprocessing(width, height, Fit.SQUASH, filter, CropRounding.FLOOR, HALF, HALF);
    }

    /// Squashes and normalizes with ImageNet's means.
    static Preprocessing imageNet(int height, int width) {
        return new Preprocessing(
                width, height, Fit.SQUASH, Filter.BILINEAR, CropRounding.FLOOR, IMAGENET_MEAN, IMAGENET_STD);
    }
}
