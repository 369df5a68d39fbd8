package dev.clipstream.image.preprocess;

import dev.clipstream.image.Preprocessing;

/// Preprocessing of well-known models.
final class TestModels {
    private static final Preprocessing.Channels MEAN = new Preprocessing.Channels(0.48145467f, 0.4578275f, 0.40821072f);
    private static final Preprocessing.Channels STD = new Preprocessing.Channels(0.26862955f, 0.2613026f, 0.2757771f);

    private TestModels() {}

    static Preprocessing clip(int side, Preprocessing.CropRounding rounding) {
        return new Preprocessing(side, side, Preprocessing.Fit.CROP, Preprocessing.Filter.BICUBIC, rounding, MEAN, STD);
    }

    static Preprocessing of(int width, int height, Preprocessing.Fit fit, Preprocessing.Filter filter) {
        return new Preprocessing(width, height, fit, filter, Preprocessing.CropRounding.HALF_EVEN, MEAN, STD);
    }
}
