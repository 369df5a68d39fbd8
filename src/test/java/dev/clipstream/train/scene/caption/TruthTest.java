package dev.clipstream.train.scene.caption;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.image.DecodeMode;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.RgbImage;
import dev.clipstream.image.preprocess.ImagePreprocessor;
import dev.clipstream.train.scene.Language;
import dev.clipstream.train.scene.compose.Background;
import dev.clipstream.train.scene.compose.BackgroundColour;
import dev.clipstream.train.scene.compose.ObjectSampler;
import dev.clipstream.train.scene.compose.Scene;
import dev.clipstream.train.scene.compose.SceneSampler;
import dev.clipstream.train.scene.concept.Concepts;
import dev.clipstream.train.scene.font.TinyFont;
import dev.clipstream.train.scene.paint.Painter;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Captions are true of the pixels.
class TruthTest {
    private static final int SIDE = 160;

    private static Concepts concepts;
    private static Painter painter;

    @BeforeAll
    static void openTheTinyFont(@TempDir Path folder) throws IOException {
        concepts = TinyFont.concepts(folder);
        painter = new Painter(concepts.glyphs());
    }

    @ParameterizedTest
    @EnumSource
    void aBackgroundHasTheColourOfItsName(BackgroundColour colour) {
        for (Background.Kind kind : Background.Kind.values()) {
            for (int seed = 0; seed < 20 && kind != Background.Kind.PHOTO; seed++) {
                int[] pixels = new Background(kind, colour, seed).paint(48);

                assertThat(named(pixels)).as("%s %d", kind, seed).isEqualTo(colour);
            }
        }
    }

    /// Returns the colour by hue, saturation and brightness of the mean, with conventional boundaries.
    private static BackgroundColour named(int[] pixels) {
        int[] mean = new int[3];
        for (int c = 0; c < 3; c++) {
            int shift = 16 - 8 * c;
            mean[c] = (int) Arrays.stream(pixels)
                    .map(pixel -> (pixel >> shift) & 0xFF)
                    .average()
                    .orElseThrow();
        }
        float[] hsb = Color.RGBtoHSB(mean[0], mean[1], mean[2], null);
        if (hsb[2] < 0.2) {
            return BackgroundColour.BLACK;
        }
        if (hsb[1] < 0.12) {
            return hsb[2] > 0.85 ? BackgroundColour.WHITE : BackgroundColour.GREY;
        }
        double hue = hsb[0] * 360;
        if (hue < 14 || hue >= 346) {
            return BackgroundColour.RED;
        }
        if (hue < 40) {
            return hsb[2] < 0.65 ? BackgroundColour.BROWN : BackgroundColour.ORANGE;
        }
        if (hue < 75) {
            return BackgroundColour.YELLOW;
        }
        return hue < 170
                ? BackgroundColour.GREEN
                : hue < 250 ? BackgroundColour.BLUE : hue < 310 ? BackgroundColour.PURPLE : BackgroundColour.PINK;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void theImageShowsAsManyObjectsAsTheCaptionSays(int count) {
        SceneSampler sampler = new SceneSampler(concepts, false);
        SplittableRandom random = new SplittableRandom(count);
        Background white = plain(BackgroundColour.WHITE);
        for (int i = 0; i < 40; i++) {
            Scene scene = sampler.scene(ObjectSampler.same(count, i % 8), white, random);

            assertThat(islands(painter.paint(scene, SIDE))).as(scene.toString()).isEqualTo(count);
            assertThat(new ScenePhrases(concepts.concepts()).counted(scene, Language.ENGLISH))
                    .startsWith(List.of("a ", "two ", "three ", "four ").get(count - 1));
        }
    }

    @Test
    void relationsFollowThePositions() {
        ScenePhrases phrases = new ScenePhrases(concepts.concepts());
        String left = concepts.concepts().get(0).english().name();
        String right = concepts.concepts().get(1).english().name();
        Scene scene = new Scene(plain(BackgroundColour.WHITE), List.of(at(0, 0.25, 0.5), at(1, 0.75, 0.4)), 1);
        Scene upright = new Scene(plain(BackgroundColour.WHITE), List.of(at(0, 0.5, 0.25), at(1, 0.4, 0.75)), 1);

        assertThat(phrases.relation(scene, Language.ENGLISH, true))
                .isEqualTo("a " + left + " to the left of a " + right);
        assertThat(phrases.relation(scene, Language.ENGLISH, false))
                .isEqualTo("a " + right + " to the right of a " + left);
        assertThat(phrases.relation(upright, Language.ENGLISH, true)).isEqualTo("a " + left + " above a " + right);
        assertThat(phrases.relation(scene, Language.CHINESE, true)).isEqualTo("东西A在东西B的左边");
        assertThat(phrases.relation(upright, Language.CHINESE, false)).isEqualTo("东西B在东西A的下面");
        RgbImage picture = painter.paint(scene, SIDE);
        assertThat(pixel(picture, SIDE / 4, SIDE / 2))
                .isEqualTo(TinyFont.colour(0).getRGB() & 0xFFFFFF);
        assertThat(pixel(picture, SIDE * 3 / 4, SIDE * 2 / 5))
                .isEqualTo(TinyFont.colour(1).getRGB() & 0xFFFFFF);
    }

    @Test
    void aSceneLooksTheSameAtEverySize() {
        ImagePreprocessor toModel = new ImagePreprocessor(
                new Preprocessing(
                        64,
                        64,
                        Preprocessing.Fit.CROP,
                        Preprocessing.Filter.BICUBIC,
                        Preprocessing.CropRounding.FLOOR,
                        new Preprocessing.Channels(0, 0, 0),
                        new Preprocessing.Channels(1, 1, 1)),
                DecodeMode.EXACT,
                ImageLimits.DEFAULT);
        SplittableRandom random = new SplittableRandom(1);
        ObjectSampler things = new ObjectSampler(concepts.concepts(), new SceneSampler(concepts, false));
        for (int i = 0; i < 30; i++) {
            Scene scene = things.scene(true, random);

            byte[] trained = toModel.fit(painter.paint(scene, 110)).pixels();
            byte[] served = toModel.fit(painter.paint(scene, 360)).pixels();

            double difference = 0;
            for (int p = 0; p < trained.length; p++) {
                difference += Math.abs((trained[p] & 0xFF) - (served[p] & 0xFF)) / (double) trained.length;
            }
            assertThat(difference).as(scene.toString()).isLessThan(2.5);
        }
    }

    private static Background plain(BackgroundColour colour) {
        return new Background(Background.Kind.PLAIN, colour, 1);
    }

    private static Scene.Placed at(int concept, double x, double y) {
        return new Scene.Placed(concept, x, y, 0.4, 10, new Scene.Gains(1, 1, 1));
    }

    private static int pixel(RgbImage picture, int x, int y) {
        int at = (y * picture.width() + x) * 3;
        byte[] rgb = picture.pixels();
        return ((rgb[at] & 0xFF) << 16) | ((rgb[at + 1] & 0xFF) << 8) | (rgb[at + 2] & 0xFF);
    }

    /// Counts the connected parts that are darker than white.
    private static int islands(RgbImage picture) {
        int side = picture.width();
        boolean[] dark = new boolean[side * side];
        for (int i = 0; i < dark.length; i++) {
            int colour = pixel(picture, i % side, i / side);
            dark[i] = Math.min(colour & 0xFF, Math.min((colour >> 8) & 0xFF, colour >> 16)) < 170;
        }
        int islands = 0;
        Deque<Integer> open = new ArrayDeque<>();
        for (int start = 0; start < dark.length; start++) {
            if (!dark[start]) {
                continue;
            }
            islands++;
            open.push(start);
            while (!open.isEmpty()) {
                int at = open.pop();
                if (dark[at]) {
                    dark[at] = false;
                    for (int next : new int[] {at - side, at + side, at - 1, at + 1}) {
                        if (next >= 0 && next < dark.length && (next / side == at / side || next % side == at % side)) {
                            open.push(next);
                        }
                    }
                }
            }
        }
        return islands;
    }
}
