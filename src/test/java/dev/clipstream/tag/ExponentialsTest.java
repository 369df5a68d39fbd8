package dev.clipstream.tag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExponentialsTest {
    @ParameterizedTest
    @CsvSource({"1, 100", "2, 100", "255, 100", "256, 1", "257, 118", "10000, 100", "100000, 30"})
    void aSumIsThatOfTheStandardLibrary(int count, double scale) {
        // given: cosines in the middle of an array
        Random random = new Random(count);
        float[] values = new float[count + 5];
        float top = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < values.length; i++) {
            values[i] = i < 3 || i >= count + 3 ? 9 : (float) (random.nextGaussian() * 0.05 + 0.2);
            top = i < 3 || i >= count + 3 ? top : Math.max(top, values[i]);
        }
        double expected = 0;
        for (int i = 3; i < count + 3; i++) {
            expected += Math.exp(scale * ((double) values[i] - top));
        }

        // when
        double sum = new Exponentials().sum(values, 3, count, scale, top);

        // then
        assertThat(sum).isCloseTo(expected, within(1e-10 * expected));
    }

    @Test
    void everyTermIsCloseToThatOfTheStandardLibrary() {
        Exponentials exponentials = new Exponentials();
        for (int i = 0; i <= 60_000; i++) {
            float logit = -i / 1000f;

            double sum = exponentials.sum(new float[] {0, logit}, 0, 2, 1, 0);

            assertThat(sum - 1).isCloseTo(Math.exp(logit), within(3e-13));
        }
    }
}
