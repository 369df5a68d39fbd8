package dev.clipstream.region;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clipstream.clip.Embedding;
import dev.clipstream.image.RgbImage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OcclusionTest {

    @ParameterizedTest
    @ValueSource(ints = {7, 64, 224, 378})
    void everyPixelIsCoveredInSomeInputAndFewAreInEach(int side) {
        // given
        RgbImage image = noise(side);
        byte[] mean = new byte[] {mean(image, 0), mean(image, 1), mean(image, 2)};

        // when
        List<RgbImage> inputs = Occlusion.inputs(image);

        // then
        assertThat(inputs).hasSize(49);
        int[] covered = new int[side * side];
        for (RgbImage input : inputs) {
            int changed = 0;
            for (int pixel = 0; pixel < covered.length; pixel++) {
                if (differs(image, input, pixel)) {
                    covered[pixel]++;
                    changed++;
                    for (int channel = 0; channel < 3; channel++) {
                        assertThat(input.pixels()[3 * pixel + channel]).isEqualTo(mean[channel]);
                    }
                }
            }
            // two of seven cells in each direction, rounded up to whole pixels
            assertThat(changed).isLessThanOrEqualTo((int) Math.pow(Math.ceil(side * 2 / 7.0) + 1, 2));
        }
        assertThat(covered).as("inputs in which each pixel is covered").doesNotContain(0);
    }

    @Test
    void inputsAreInTheOrderOfTheGridsRows() {
        // given
        RgbImage image = noise(70);

        // when
        List<RgbImage> inputs = Occlusion.inputs(image);

        // then
        assertThat(differs(image, inputs.get(0), 0)).as("upper left corner").isTrue();
        assertThat(differs(image, inputs.get(6), 69)).as("upper right corner").isTrue();
        assertThat(differs(image, inputs.get(42), 69 * 70))
                .as("lower left corner")
                .isTrue();
        assertThat(differs(image, inputs.get(24), 35 * 70 + 35)).as("centre").isTrue();
        assertThat(differs(image, inputs.get(24), 0))
                .as("corner in the middle input")
                .isFalse();
        assertThat(inputs.get(24)).isEqualTo(Occlusion.input(image, 24));
    }

    @Test
    void theWireFormKeepsTheVectors() {
        // given
        OcclusionVectors vectors = OcclusionVectors.of(vectors(128));

        // when
        ByteBuffer bytes = vectors.toLittleEndian();
        OcclusionVectors read = OcclusionVectors.fromLittleEndian(bytes, 128);

        // then
        assertThat(bytes.remaining()).isEqualTo(49 * 128 * 2).isEqualTo(OcclusionVectors.bytes(128));
        assertThat(read).isEqualTo(vectors).hasSameHashCodeAs(vectors);
    }

    @Test
    void halfPrecisionHardlyChangesACosine() {
        // given
        List<Embedding> exact = vectors(512);
        Embedding text = Embedding.normalize(values(512, new Random(99)));

        // when
        double[] products = OcclusionVectors.of(exact).products(text.toArray());

        // then
        for (int cell = 0; cell < products.length; cell++) {
            assertThat(products[cell]).isCloseTo(exact.get(cell).cosine(text), within(5e-5));
        }
    }

    @Test
    void bytesOfAnotherModelAreRefused() {
        ByteBuffer bytes = OcclusionVectors.of(vectors(128)).toLittleEndian();

        assertThatThrownBy(() -> OcclusionVectors.fromLittleEndian(bytes, 512))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("dimension 512");
    }

    static List<Embedding> vectors(int dimension) {
        Random random = new Random(7);
        List<Embedding> vectors = new ArrayList<>();
        for (int cell = 0; cell < Occlusion.CELLS; cell++) {
            vectors.add(Embedding.normalize(values(dimension, random)));
        }
        return vectors;
    }

    private static float[] values(int dimension, Random random) {
        float[] values = new float[dimension];
        for (int d = 0; d < dimension; d++) {
            values[d] = (float) random.nextGaussian();
        }
        return values;
    }

    /// Returns an image whose samples are all far from their mean, so that a covered pixel differs.
    private static RgbImage noise(int side) {
        Random random = new Random(side);
        byte[] pixels = new byte[3 * side * side];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (random.nextBoolean() ? random.nextInt(20) : 235 + random.nextInt(20));
        }
        return new RgbImage(side, side, pixels);
    }

    private static byte mean(RgbImage image, int channel) {
        long sum = 0;
        for (int i = channel; i < image.pixels().length; i += 3) {
            sum += Byte.toUnsignedInt(image.pixels()[i]);
        }
        return (byte) Math.round((double) sum / (image.width() * image.height()));
    }

    private static boolean differs(RgbImage one, RgbImage other, int pixel) {
        for (int i = 3 * pixel; i < 3 * pixel + 3; i++) {
            if (one.pixels()[i] != other.pixels()[i]) {
                return true;
            }
        }
        return false;
    }
}
