package dev.clipstream.image.resample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.image.Preprocessing.Filter;
import dev.clipstream.image.RgbImage;
import dev.clipstream.image.format.HeapPixels;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Compares the two passes with their definition, sample by sample, for random sizes, scales, offsets, padded and
/// mirrored sides.
class ResamplerTest {
    private static final int CASES = 400;
    private static final long MEMORY = 16L << 20;

    private final Random random = new Random(20261201);
    private final Resampler resampler = new Resampler(MEMORY);

    @ParameterizedTest
    @EnumSource
    void bothPassesEqualTheirDefinition(Filter filter) throws Exception {
        for (int i = 0; i < CASES; i++) {
            // given
            int width = side();
            int height = side();
            byte[] pixels = new byte[width * height * 3];
            random.nextBytes(pixels);
            Axis horizontal = axis(filter, width);
            Axis vertical = axis(filter, height);

            // when
            RgbImage resized = resampler.resample(new HeapPixels(width, height, pixels), horizontal, vertical);

            // then
            byte[] narrowed = pass(pixels, width * 3, 3, height, horizontal);
            byte[] expected = pass(narrowed, 3, horizontal.kept() * 3, horizontal.kept(), vertical);
            assertThat(resized)
                    .as("%d x %d to %d x %d", width, height, horizontal.kept(), vertical.kept())
                    .isEqualTo(new RgbImage(
                            horizontal.kept(),
                            vertical.kept(),
                            transposed(expected, horizontal.kept(), vertical.kept())));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSideThatKeepsItsLengthIsCopied(Filter filter) throws Exception {
        // given
        byte[] pixels = new byte[40 * 30 * 3];
        random.nextBytes(pixels);
        Axis horizontal = Axis.of(filter, new Axis.Side(40, 40, false), 40, 7, 20);
        Axis vertical = Axis.of(filter, new Axis.Side(30, 30, true), 30, 5, 20);

        // when
        RgbImage cropped = resampler.resample(new HeapPixels(40, 30, pixels), horizontal, vertical);

        // then
        assertThat(horizontal.copies()).isTrue();
        assertThat(vertical.copies()).isTrue();
        for (int y = 0; y < 20; y++) {
            for (int i = 0; i < 60; i++) {
                assertThat(cropped.pixels()[y * 60 + i]).isEqualTo(pixels[(y + 5) * 120 + 21 + i]);
            }
        }
    }

    private int side() {
        return switch (random.nextInt(4)) {
            case 0 -> 1 + random.nextInt(8);
            case 1 -> 1 + random.nextInt(600);
            default -> 1 + random.nextInt(200);
        };
    }

    private Axis axis(Filter filter, int length) {
        boolean padded = length > 1 && random.nextInt(3) == 0;
        double span = padded ? length - random.nextInt(1, 8) / 8.0 : length;
        int scaled = random.nextInt(4) == 0 ? length : 1 + random.nextInt(120);
        int from = random.nextInt(scaled);
        return Axis.of(
                filter,
                new Axis.Side(length, span, random.nextBoolean()),
                scaled,
                from,
                1 + random.nextInt(scaled - from));
    }

    /// Returns an image whose rows are the columns of the result of a pass along an axis.
    ///
    /// @param line   bytes between two lines of the input that are resized independently
    /// @param step   bytes between two neighbours of the axis
    /// @param lines  number of lines
    private static byte[] pass(byte[] input, int line, int step, int lines, Axis axis) {
        byte[] out = new byte[axis.kept() * lines * 3];
        for (int i = 0; i < axis.kept(); i++) {
            for (int row = 0; row < lines; row++) {
                for (int channel = 0; channel < 3; channel++) {
                    long sum = 1 << 21;
                    for (int k = 0; k < axis.count()[i]; k++) {
                        long sample = input[row * line + (axis.first()[i] + k) * step + channel] & 0xFF;
                        sum += sample * axis.weights()[i * axis.stride() + k];
                    }
                    out[(row * axis.kept() + i) * 3 + channel] = (byte) Math.clamp(sum >> 22, 0, 255);
                }
            }
        }
        return out;
    }

    private static byte[] transposed(byte[] columns, int width, int height) {
        byte[] out = new byte[columns.length];
        for (int x = 0; x < width; x++) {
            for (int y = 0; y < height; y++) {
                System.arraycopy(columns, (x * height + y) * 3, out, (y * width + x) * 3, 3);
            }
        }
        return out;
    }
}
