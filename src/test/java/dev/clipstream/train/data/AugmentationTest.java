package dev.clipstream.train.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.image.RgbImage;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntBinaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AugmentationTest {
    private static final int SIDE = 20;
    private static final int RED = 0xE01010;
    private static final int BLUE = 0x1010E0;
    private static final int WHITE = 0xFFFFFF;

    /// The left half is red, the right half is blue.
    private static final RgbImage FLAG = picture((x, y) -> x < SIDE / 2 ? RED : BLUE);

    /// Black with a white frame.
    private static final RgbImage FRAME =
            picture((x, y) -> Math.min(x, y) < 1 || Math.max(x, y) >= SIDE - 1 ? WHITE : 0);

    @Test
    void viewsHaveTheModelsSizeAndAreOnlyMirroredWhenAllowed() {
        assertThat(views(FLAG, false))
                .allMatch(view -> view.width() == SIDE && view.height() == SIDE && redIsLeft(view));
    }

    @Test
    void halfOfTheViewsAreMirroredWhenAllowed() {
        assertThat(views(FLAG, true).stream().filter(AugmentationTest::redIsLeft))
                .hasSizeBetween(150, 250);
    }

    @Test
    void someViewsShowTheWholeImageAndOthersACrop() {
        assertThat(views(FRAME, false).stream().filter(AugmentationTest::hasFrame))
                .hasSizeBetween(80, 200);
    }

    @Test
    void huesDoNotChange() {
        RgbImage red = picture((x, y) -> RED);

        assertThat(views(red, true)).allSatisfy(view -> {
            assertThat(channel(view, 3, 4, 0)).isGreaterThan(100);
            assertThat(channel(view, 3, 4, 1)).isLessThan(80).isEqualTo(channel(view, 3, 4, 2));
        });
    }

    private static List<RgbImage> views(RgbImage image, boolean mirror) {
        SplittableRandom random = new SplittableRandom(1);
        Augmentation augmentation = new Augmentation(SIDE);
        return IntStream.range(0, 400)
                .mapToObj(i -> augmentation.view(image, mirror, random))
                .toList();
    }

    private static boolean redIsLeft(RgbImage view) {
        return channel(view, 0, 4, 0) > channel(view, SIDE - 1, 4, 0);
    }

    /// Returns whether the frame is visible on all four sides.
    private static boolean hasFrame(RgbImage view) {
        return IntStream.of(0, SIDE - 1)
                .allMatch(edge -> channel(view, edge, SIDE / 2, 1) > 150 && channel(view, SIDE / 2, edge, 1) > 150);
    }

    private static int channel(RgbImage view, int x, int y, int channel) {
        return view.pixels()[(y * view.width() + x) * 3 + channel] & 0xFF;
    }

    private static RgbImage picture(IntBinaryOperator colour) {
        byte[] pixels = new byte[SIDE * SIDE * 3];
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                for (int c = 0; c < 3; c++) {
                    pixels[(y * SIDE + x) * 3 + c] = (byte) (colour.applyAsInt(x, y) >> (16 - 8 * c));
                }
            }
        }
        return new RgbImage(SIDE, SIDE, pixels);
    }
}
