package dev.clipstream.region;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clipstream.clip.Embedding;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.Preprocessing.Channels;
import dev.clipstream.image.Preprocessing.CropRounding;
import dev.clipstream.image.Preprocessing.Filter;
import dev.clipstream.image.Preprocessing.Fit;
import dev.clipstream.image.RgbImage;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeatMapTest {
    private static final Embedding WITH = Embedding.normalize(new float[] {0.8F, 0.6F, 0});
    private static final Embedding WITHOUT = Embedding.normalize(new float[] {0.6F, 0.8F, 0});

    /// The lead of a label without others.
    private static final Lead ALONE = Lead.of(Embedding.normalize(new float[] {1, 0, 0}), new double[3], 1);

    /// The lead of the label before two others, whose mean vector is (0, 0.5, 0).
    private static final Lead AMONG_OTHERS =
            Lead.of(Embedding.normalize(new float[] {1, 0, 0}), new double[] {1, 1, 0}, 3);

    @Test
    void aCellsValueIsByHowMuchTheLeadOfTheLabelFalls() {
        // given
        OcclusionVectors vectors = vectors(cell -> cell == 24);

        // when
        HeatMap alone = HeatMap.of(WITH, vectors, ALONE);
        HeatMap amongOthers = HeatMap.of(WITH, vectors, AMONG_OTHERS);

        // then
        assertThat(alone.values()[24]).isCloseTo(0.2, within(1e-3));
        assertThat(amongOthers.values()[24]).isCloseTo(0.2 + 0.1, within(1e-3));
        assertThat(amongOthers.values()[0]).isCloseTo(0, within(1e-3));
        assertThat(amongOthers.peak()).isEqualTo(amongOthers.values()[24]);
    }

    @Test
    void theBoxIsAroundTheCellsThatSpeakForTheLabel() {
        // given: cells of rows 1 to 3 and columns 4 and 5
        HeatMap map = HeatMap.of(
                WITH,
                vectors(cell -> cell / 7 >= 1 && cell / 7 <= 3 && (cell % 7 == 4 || cell % 7 == 5)),
                AMONG_OTHERS);

        // when
        Box box = map.box().orElseThrow();

        // then: interpolation adds about half a cell on each side
        assertThat(box.overlap(new Box(4 / 7.0, 1 / 7.0, 2 / 7.0, 3 / 7.0))).isGreaterThan(0.55);
        assertThat(box.left()).isBetween(3 / 7.0, 4 / 7.0);
        assertThat(box.top()).isBetween(0.5 / 7, 1 / 7.0);
    }

    @Test
    void aDistantCellThatSpeaksLittleForTheLabelIsNotInTheBox() {
        // given
        OcclusionVectors vectors = OcclusionVectors.of(IntStream.range(0, Occlusion.CELLS)
                .mapToObj(cell ->
                        cell == 8 ? WITHOUT : cell == 48 ? Embedding.normalize(new float[] {0.79F, 0.613F, 0}) : WITH)
                .toList());

        // when
        Box box = HeatMap.of(WITH, vectors, ALONE).box().orElseThrow();

        // then
        assertThat(box.left() + box.width()).isLessThan(0.5);
        assertThat(box.top() + box.height()).isLessThan(0.5);
    }

    @Test
    void aMapOnWhichNothingSpeaksForTheLabelHasNoBox() {
        assertThat(HeatMap.of(WITHOUT, vectors(cell -> false), ALONE).box()).isEmpty();
    }

    @Test
    void vectorsOfAnotherModelAreRefused() {
        assertThatThrownBy(() -> HeatMap.of(Embedding.normalize(new float[] {1, 0}), vectors(cell -> true), ALONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Take them from one model");
    }

    @Test
    void aBoxInACroppedInputLiesInTheMiddleOfTheImage() {
        // given: the model sees the square in the middle of a wide image
        ModelView view = ModelView.of(model(Fit.CROP), 400, 200);

        // when
        Box box = view.inImage(new Box(0, 0.5, 0.5, 0.5));

        // then
        assertThat(view.seen()).isEqualTo(new Box(0.25, 0, 0.5, 1));
        assertThat(box).isEqualTo(new Box(0.25, 0.5, 0.25, 0.5));
    }

    @Test
    void aModelThatSquashesImagesSeesThemWholly() {
        assertThat(ModelView.of(model(Fit.SQUASH), 400, 200)).isEqualTo(ModelView.WHOLE);
    }

    @Test
    void theOverlapIsIntersectionOverUnion() {
        Box box = new Box(0, 0, 0.5, 0.5);

        assertThat(box.overlap(box)).isEqualTo(1);
        assertThat(box.overlap(new Box(0.25, 0, 0.5, 0.5))).isCloseTo(1 / 3.0, within(1e-12));
        assertThat(box.overlap(new Box(0.5, 0.5, 0.5, 0.5))).isZero();
        assertThatThrownBy(() -> new Box(0.6, 0, 0.5, 1)).hasMessageContaining("within 0 to 1");
    }

    @Test
    void theOverlayIsRedWhereTheMapSpeaksForTheLabelAndGreyWhereTheModelSeesNothing() {
        // given
        RgbImage image = new RgbImage(28, 14, new byte[28 * 14 * 3]);
        HeatMap map = HeatMap.of(WITH, vectors(cell -> cell % 7 < 2), ALONE);

        // when
        RgbImage drawn = HeatMapImage.draw(image, map, new ModelView(new Box(0.5, 0, 0.5, 1)));

        // then
        assertThat(red(drawn, 15, 7)).isGreaterThan(100);
        assertThat(red(drawn, 26, 7)).isZero();
        assertThat(red(drawn, 3, 7)).isZero();
        RgbImage outlined = HeatMapImage.outline(image, Optional.of(new Box(0.25, 0, 0.5, 1)));
        assertThat(red(outlined, 7, 7)).isEqualTo(255);
        assertThat(red(outlined, 20, 7)).isEqualTo(255);
        assertThat(red(outlined, 14, 7)).isZero();
        assertThat(HeatMapImage.outline(image, Optional.empty())).isEqualTo(image);
    }

    private static int red(RgbImage image, int x, int y) {
        return Byte.toUnsignedInt(image.pixels()[3 * (y * image.width() + x)]);
    }

    /// Returns the vectors of an image that loses what the label names when one of some cells is covered.
    private static OcclusionVectors vectors(IntPredicate matters) {
        return OcclusionVectors.of(IntStream.range(0, Occlusion.CELLS)
                .mapToObj(cell -> matters.test(cell) ? WITHOUT : WITH)
                .toList());
    }

    private static Preprocessing model(Fit fit) {
        Channels half = new Channels(0.5F, 0.5F, 0.5F);
        return new Preprocessing(100, 100, fit, Filter.BICUBIC, CropRounding.FLOOR, half, half);
    }
}
