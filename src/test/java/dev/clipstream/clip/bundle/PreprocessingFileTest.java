package dev.clipstream.clip.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.clipstream.clip.ModelException;
import dev.clipstream.image.Normalizer;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.Preprocessing.CropRounding;
import dev.clipstream.image.Preprocessing.Filter;
import dev.clipstream.image.Preprocessing.Fit;
import dev.clipstream.image.RgbImage;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class PreprocessingFileTest {
    private static final String OPENAI_COLOURS = "\"image_mean\": [0.48145466, 0.4578275, 0.40821073],"
            + " \"image_std\": [0.26862954, 0.26130258, 0.27577711]";
    private static final String HALVES = "\"image_mean\": [0.5, 0.5, 0.5], \"image_std\": [0.5, 0.5, 0.5]";

    /// What families assume where a file does not say.
    enum Usual {
        CLIP(Fit.CROP, CropRounding.HALF_EVEN),
        CHINESE_CLIP(Fit.SQUASH, CropRounding.FLOOR),
        SIGLIP(Fit.SQUASH, CropRounding.FLOOR);

        private final Fit fit;
        private final CropRounding rounding;

        Usual(Fit fit, CropRounding rounding) {
            this.fit = fit;
            this.rounding = rounding;
        }

        ResizeDefaults defaults() {
            return new ResizeDefaults(fit, rounding);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                // as transformers writes it now
                "CLIP | \"size\": {\"shortest_edge\": 224}, \"crop_size\": {\"height\": 224, \"width\": 224},"
                        + " \"do_center_crop\": true, \"resample\": 3 | CROP | BICUBIC | HALF_EVEN",
                // as transformers before 4.23 writes it, with numbers
                "CLIP | \"size\": 224, \"crop_size\": 224, \"do_center_crop\": true, \"resample\": 3,"
                        + " \"feature_extractor_type\": \"CLIPFeatureExtractor\" | CROP | BICUBIC | HALF_EVEN",
                // MobileCLIP
                "CLIP | \"size\": {\"shortest_edge\": 224}, \"crop_size\": 224, \"resample\": 2 | CROP | BILINEAR |"
                        + " HALF_EVEN",
                // squashed; the crop to the same size does nothing
                "CHINESE_CLIP | \"size\": {\"height\": 224, \"width\": 224}, \"crop_size\": {\"height\": 224,"
                        + " \"width\": 224}, \"do_center_crop\": true | SQUASH | BICUBIC | FLOOR",
                "SIGLIP | \"size\": {\"height\": 224, \"width\": 224}, \"do_center_crop\": null | SQUASH | BICUBIC |"
                        + " FLOOR",
                "SIGLIP | \"size\": 224, \"resample\": 2 | SQUASH | BILINEAR | FLOOR",
                "SIGLIP | \"size\": 224, \"resample\": \"bilinear\" | SQUASH | BILINEAR | FLOOR",
                "SIGLIP | \"size\": 224, \"resample\": \"bicubic\" | SQUASH | BICUBIC | FLOOR",
                "SIGLIP | \"size\": 224, \"resample\": null | SQUASH | BICUBIC | FLOOR",
            })
    void huggingFacesFilesOldAndNewAreUnderstood(
            Usual family, String keys, Fit fit, Filter filter, CropRounding rounding) throws Exception {
        // when
        Preprocessing read = huggingFace(family, keys + ", " + OPENAI_COLOURS);

        // then
        assertThat(read)
                .isEqualTo(new Preprocessing(
                        224,
                        224,
                        fit,
                        filter,
                        rounding,
                        new Preprocessing.Channels((float) 0.48145466, (float) 0.4578275, (float) 0.40821073),
                        new Preprocessing.Channels((float) 0.26862954, (float) 0.26130258, (float) 0.27577711)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "CLIP | \"size\": 224, \"do_resize\": false | do_resize",
                "CLIP | \"size\": 224, \"do_pad\": true | do_pad",
                "CLIP | \"size\": {\"shortest_edge\": 224}, \"do_center_crop\": false | do_center_crop",
                "CLIP | \"size\": {\"shortest_edge\": 256}, \"crop_size\": 224 | crop_size",
                "CLIP | \"size\": {\"shortest_edge\": 224}, \"crop_size\": {\"height\": 224, \"width\": 300} | crop_size",
                "CLIP | \"size\": 224, \"resample\": 1 | resample",
                "CLIP | \"size\": 224, \"resample\": \"nearest\" | resample",
                "CLIP | \"size\": 224, \"resample\": [2] | resample",
                "CLIP | \"size\": 224, \"resample\": true | resample",
                "CLIP | \"size\": 0 | size",
                "CLIP | \"resample\": 3 | size",
                "CLIP | \"size\": 224, \"rescale_factor\": 0 | rescale_factor",
                "CLIP | \"size\": \"big\" | size",
            })
    void aTransformThatCannotBeReproducedIsRefused(Usual family, String keys, String named) {
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> huggingFace(family, keys + ", " + HALVES))
                .withMessageContaining(named)
                .withMessageContaining("preprocessor_config.json");
    }

    @Test
    void missingMeanAndDeviationAreRefused() {
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> huggingFace(Usual.CLIP, "\"size\": 224"))
                .withMessageContaining("image_mean");
    }

    @Test
    void anotherRescaleFactorMovesIntoMeanAndDeviation() throws Exception {
        // given v / 127.5 - 1, written as a factor of 1 / 127.5 with mean and deviation of 1
        Preprocessing scaled = huggingFace(
                Usual.SIGLIP,
                "\"size\": 8, \"rescale_factor\": 0.00784313725490196, \"image_mean\": [1, 1, 1], \"image_std\": [1, 1, 1]");

        // when
        float[] values = normalized(scaled);

        // then
        for (int v = 0; v < 64; v++) {
            assertThat(values[v]).isCloseTo(v / 127.5f - 1, within(1e-6f));
        }
    }

    @Test
    void withoutNormalizingOnlyTheScaleIsApplied() throws Exception {
        // given
        Preprocessing plain = huggingFace(Usual.SIGLIP, "\"size\": 8, \"do_normalize\": false");

        // when, then
        assertThat(normalized(plain)[51]).isEqualTo(51 / 255f);
    }

    @Test
    void openClipsFilesAreUnderstood() throws Exception {
        // given
        String keys = "\"size\": [256, 256], \"mode\": \"RGB\", \"mean\": [0, 0, 0], \"std\": [1, 1, 1],"
                + " \"interpolation\": \"bilinear\", \"fill_color\": 0, \"resize_mode\": ";

        // when
        Preprocessing shortest = openClip(keys + "\"shortest\"");
        Preprocessing squash = openClip(keys + "\"squash\"");

        // then
        assertThat(shortest)
                .isEqualTo(new Preprocessing(
                        256,
                        256,
                        Fit.CROP,
                        Filter.BILINEAR,
                        CropRounding.HALF_EVEN,
                        new Preprocessing.Channels(0, 0, 0),
                        new Preprocessing.Channels(1, 1, 1)));
        assertThat(squash.fit()).isEqualTo(Fit.SQUASH);
        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> openClip(keys + "\"longest\""))
                .withMessageContaining("longest");
    }

    private static float[] normalized(Preprocessing preprocessing) {
        byte[] pixels = new byte[3 * 64];
        for (int i = 0; i < 64; i++) {
            pixels[3 * i] = (byte) i;
        }
        FloatBuffer floats = FloatBuffer.allocate(3 * 64);
        new Normalizer(preprocessing).write(new RgbImage(8, 8, pixels), floats);
        return floats.array();
    }

    private static Preprocessing huggingFace(Usual family, String keys) throws ModelException {
        return PreprocessingFile.read(
                new JsonFile("preprocessor_config.json", JsonMapper.shared().readTree("{" + keys + "}")),
                family.defaults());
    }

    private static Preprocessing openClip(String keys) throws ModelException {
        return PreprocessingFile.read(
                new JsonFile("visual/preprocess_cfg.json", JsonMapper.shared().readTree("{" + keys + "}")),
                Usual.CLIP.defaults());
    }
}
