package dev.clipstream.train.weakness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.clipstream.image.RgbImage;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.PromptTemplates;
import dev.clipstream.train.scene.SceneException;
import dev.clipstream.train.scene.concept.Annotations;
import dev.clipstream.train.scene.font.CbdtFont;
import dev.clipstream.train.scene.font.TinyFont;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeaknessSuitesTest {
    private static final int SIDE = 48;

    @TempDir
    Path folder;

    @Test
    void aPictureOfADigitDependsOnSeedClassAndNumberAlone() throws IOException {
        // given
        WeaknessSuite suite = tiny(1).suite(Weakness.DIGITS);

        // when
        RgbImage later = suite.picture(7, 3).image();

        // then
        assertThat(tiny(1).suite(Weakness.DIGITS).picture(7, 3).image()).isEqualTo(later);
        assertThat(suite.picture(7, 4).image()).isNotEqualTo(later);
        assertThat(suite.picture(1, 3).image()).isNotEqualTo(later);
        assertThat(tiny(2).suite(Weakness.DIGITS).picture(7, 3).image()).isNotEqualTo(later);
    }

    @Test
    void everyDigitIsWrittenWithInkOnPaper() throws IOException {
        // given
        WeaknessSuite suite = tiny(1).suite(Weakness.DIGITS);

        for (int digit = 0; digit < 10; digit++) {
            // when
            RgbImage picture = suite.picture(digit, 0).image();

            // then: mostly light, and something dark
            assertThat(darker(picture, 128)).isBetween(0.005, 0.35);
        }
    }

    @Test
    void aFontWithoutTheObjectsIsRefused() throws IOException {
        WeaknessSuites suites = tiny(1);

        assertThatThrownBy(() -> suites.suite(Weakness.COUNTING))
                .isInstanceOf(SceneException.class)
                .hasMessageContaining("Expected a font that draws 'apple'");
    }

    @Test
    void everySuiteRepeatsItsPicturesAndNamesEachClassOnce() throws IOException {
        // given
        assumeThat(CbdtFont.DEBIAN).exists();
        assumeThat(Annotations.DEBIAN).exists();
        WeaknessSuites suites = WeaknessSuites.open(CbdtFont.DEBIAN, Annotations.DEBIAN, 1, SIDE);

        for (Weakness weakness : Weakness.values()) {
            // when
            WeaknessSuite suite = suites.suite(weakness);
            WeaknessSuite again = suites.suite(weakness);

            // then
            int classes = suite.names().size();
            assertThat(new HashSet<>(suite.names())).hasSize(classes);
            Set<RgbImage> pictures = new HashSet<>();
            for (int label = 0; label < classes; label++) {
                WeaknessSuite.Picture picture = suite.picture(label, 0);
                assertThat(again.picture(label, 0)).isEqualTo(picture);
                assertThat(picture.written()).isNotEqualTo(label).isLessThan(classes);
                pictures.add(picture.image());
            }
            assertThat(pictures).hasSize(classes);
        }
    }

    @Test
    void theEnsembleHoldsTheOnePrompt() throws IOException {
        // given
        WeaknessSuite suite = tiny(1).suite(Weakness.DIGITS);

        // when
        LabelSet one = suite.labels(false);
        LabelSet ensemble = suite.labels(true);

        // then
        assertThat(PromptTemplates.prompts(one, one.labels().get(4)))
                .containsExactly("a photo of the handwritten digit four.");
        assertThat(PromptTemplates.prompts(ensemble, ensemble.labels().get(4)))
                .hasSizeGreaterThan(4)
                .startsWith("a photo of the handwritten digit four.");
    }

    @Test
    void theIntervalIsWilsons() {
        // when: the example of Newcombe (1998), 81 of 263
        Accuracy accuracy = Accuracy.of(81, 263);

        // then
        assertThat(accuracy.low()).isCloseTo(0.2553, within(5e-5));
        assertThat(accuracy.high()).isCloseTo(0.3662, within(5e-5));
        assertThat(Accuracy.of(10, 10).high()).isCloseTo(1, within(1e-12));
        assertThat(Accuracy.of(0, 10).low()).isCloseTo(0, within(1e-12));
    }

    private WeaknessSuites tiny(long seed) throws IOException {
        return new WeaknessSuites(TinyFont.concepts(folder), seed, SIDE);
    }

    private static double darker(RgbImage picture, int limit) {
        byte[] rgb = picture.pixels();
        return IntStream.range(0, rgb.length / 3)
                        .filter(i ->
                                (rgb[3 * i] & 0xFF) + (rgb[3 * i + 1] & 0xFF) + (rgb[3 * i + 2] & 0xFF) < 3 * limit)
                        .count()
                * 3.0
                / rgb.length;
    }
}
