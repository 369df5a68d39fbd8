package dev.clipstream.image.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.image.DecodeMode;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.PreparedImage;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.RgbImage;
import dev.clipstream.image.codec.Codecs;
import dev.clipstream.image.format.Pixels;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The fast mode where it really reduces, against the exact mode.
class ReducedDecodeTest {

    @ParameterizedTest(name = "{0} x {1}, orientation {2}, {3}")
    @CsvSource({
        "1920, 1080, 1, CROP, 2",
        "1921, 1083, 6, CROP, 2",
        "1083, 1921, 3, CROP, 2",
        "2600, 2334, 1, SQUASH, 4",
        "4003, 3001, 8, CROP, 4",
        "4480, 4480, 1, CROP, 4",
    })
    void aReducedDecodeStaysWithinThreeLevelsOfTheFullOne(
            int width, int height, int orientation, Preprocessing.Fit fit, int reduction) throws Exception {
        // given
        byte[] jpeg = TestPictures.photo(width, height, orientation);
        Preprocessing model = TestModels.of(224, 224, fit, Preprocessing.Filter.BICUBIC);
        ImagePreprocessor fast = new ImagePreprocessor(model, DecodeMode.FAST, ImageLimits.DEFAULT);
        ImagePreprocessor exact = new ImagePreprocessor(model, DecodeMode.EXACT, ImageLimits.DEFAULT);

        // when
        PreparedImage reduced = fast.prepare(jpeg);
        PreparedImage full = exact.prepare(jpeg);

        // then
        Difference difference = Difference.between(reduced.modelInput(), full.modelInput());
        assertThat(difference.largest()).isBetween(1, 3);
        assertThat(difference.mean()).isLessThanOrEqualTo(0.3);
        assertThat(difference.oneMinusCosine()).isLessThanOrEqualTo(1e-5);
        assertThat(reduced.width()).isEqualTo(orientation >= 5 ? height : width);
        assertThat(reduced.height()).isEqualTo(orientation >= 5 ? width : height);
        try (Pixels pixels = ImageFormats.all(Codecs.best()).read(jpeg).decode(reduction)) {
            assertThat(pixels.width()).isEqualTo(Math.ceilDiv(width, reduction));
        }
    }

    @Test
    void chromaOfHalfTheColumnsKeepsToThreeLevelsAsWell() throws Exception {
        // given a picture of fine coloured stripes with 4:2:2
        byte[] jpeg = Files.readAllBytes(
                Path.of("src", "test", "resources", "fixtures", "decode", "jpeg-422-fine-400x300.jpg"));
        Preprocessing model = TestModels.of(64, 64, Preprocessing.Fit.CROP, Preprocessing.Filter.BICUBIC);

        // when
        RgbImage fast = new ImagePreprocessor(model, DecodeMode.FAST, ImageLimits.DEFAULT)
                .prepare(jpeg)
                .modelInput();
        RgbImage exact = new ImagePreprocessor(model, DecodeMode.EXACT, ImageLimits.DEFAULT)
                .prepare(jpeg)
                .modelInput();

        // then
        Difference difference = Difference.between(fast, exact);
        assertThat(difference.largest()).isLessThanOrEqualTo(3);
        assertThat(difference.mean()).isLessThanOrEqualTo(0.3);
    }

    @Test
    void aPictureOfLessThanTwiceTheModelIsDecodedFully() throws Exception {
        // given
        byte[] jpeg = TestPictures.photo(1600, 895, 1);
        Preprocessing model = TestModels.clip(224, Preprocessing.CropRounding.HALF_EVEN);

        // when
        PreparedImage fast = new ImagePreprocessor(model, DecodeMode.FAST, ImageLimits.DEFAULT).prepare(jpeg);
        PreparedImage exact = new ImagePreprocessor(model, DecodeMode.EXACT, ImageLimits.DEFAULT).prepare(jpeg);

        // then
        assertThat(fast).isEqualTo(exact);
    }
}
