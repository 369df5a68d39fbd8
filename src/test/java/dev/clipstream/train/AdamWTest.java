package dev.clipstream.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clipstream.train.tower.WeightDeclaration;
import dev.clipstream.train.tower.Weights;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdamWTest {

    @Test
    void theFirstStepMovesByTheRateAgainstTheGradientsSign() {
        // given
        Weights layout = numbers();
        AdamW optimizer = new AdamW(layout, 0, new float[2], new float[2]);
        float[] values = {1, -1};

        // when
        optimizer.step(values, new float[] {0.5f, -20}, 0.1, 0);

        // then: m / sqrt(v) is the sign of the gradient, whatever its size
        assertThat(values[0]).isCloseTo(0.9f, within(1e-5f));
        assertThat(values[1]).isCloseTo(-0.9f, within(1e-5f));
    }

    @Test
    void laterStepsFollowTheMomentsOfThePaper() {
        // given
        AdamW optimizer = new AdamW(numbers(), 0, new float[2], new float[2]);
        float[] values = {0, 0};

        // when
        optimizer.step(values, new float[] {1, 0}, 0.1, 0);
        optimizer.step(values, new float[] {3, 0}, 0.1, 1);

        // then
        double first = 0.9 * 0.1 * 1 + 0.1 * 3;
        double second = 0.98 * 0.02 * 1 + 0.02 * 9;
        double expected = -0.1 - 0.1 * (first / (1 - 0.9 * 0.9)) / (Math.sqrt(second / (1 - 0.98 * 0.98)) + 1e-6);
        assertThat((double) values[0]).isCloseTo(expected, within(1e-5));
    }

    @Test
    void onlyMatricesDecay() {
        // given
        WeightDeclaration declaration = new WeightDeclaration();
        declaration.linear(List.of(1, 1), "layer", 1, 1);
        Weights layout = declaration.weights();
        AdamW optimizer = new AdamW(layout, 0.5f, new float[2], new float[2]);
        float[] values = {1, 1};

        // when
        optimizer.step(values, new float[2], 0.1, 0);

        // then
        assertThat(layout.get("layer.matrix").of(values)).containsExactly(0.95f);
        assertThat(layout.get("layer.bias").of(values)).containsExactly(1f);
    }

    private static Weights numbers() {
        WeightDeclaration declaration = new WeightDeclaration();
        declaration.number("one", 0);
        declaration.number("other", 0);
        return declaration.weights();
    }
}
