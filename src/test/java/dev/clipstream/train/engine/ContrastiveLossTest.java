package dev.clipstream.train.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.Scoring;
import dev.clipstream.train.evaluate.MeasuredLoss;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Compares the engine's loss with one that is written out in plain Java.
class ContrastiveLossTest {
    private static final int PAIRS = 6;
    private static final int WIDTH = 5;

    /// The third and the fifth caption are equal.
    private static boolean together(int image, int text) {
        return image == text || (image == 2 && text == 4) || (image == 4 && text == 2);
    }

    @Test
    void theSymmetricCrossEntropyMatchesThePaper() throws Exception {
        // given
        float[] images = random(1);
        float[] texts = random(2);
        Scoring scoring = new Scoring(Scoring.Kind.SOFTMAX, 12.5, 0);

        // when
        double loss = onEngine(images, texts, Math.log(12.5), OptionalDouble.empty());

        // then
        double expected =
                MeasuredLoss.of(embeddings(images), embeddings(texts), scoring, ContrastiveLossTest::together, PAIRS);
        assertThat(loss).isCloseTo(expected, within(1e-4));
    }

    @Test
    void theSigmoidLossMatchesThePaper() throws Exception {
        // given
        float[] images = random(3);
        float[] texts = random(4);
        Scoring scoring = new Scoring(Scoring.Kind.SIGMOID, 10, -3);

        // when
        double loss = onEngine(images, texts, Math.log(10), OptionalDouble.of(-3));

        // then
        double expected =
                MeasuredLoss.of(embeddings(images), embeddings(texts), scoring, ContrastiveLossTest::together, PAIRS);
        assertThat(loss).isCloseTo(expected, within(1e-4));
    }

    @Test
    void equalPairsShareTheTarget() throws Exception {
        // given: two equal image features, and equal features of their common caption
        float[] images = {1, 0, 1, 0, 0, 1};
        float[] texts = {1, 0, 1, 0, 0, 1};
        float[] positives = {1, 1, 0, 1, 1, 0, 0, 0, 1};

        // when
        double loss = onEngine(images, texts, 2, 3, positives);

        // then: ln 2 for each of the two rows, because each shares its probability with its twin; no other loss
        // remains
        assertThat(loss).isCloseTo(2 * Math.log(2) / 3, within(1e-4));
    }

    private static double onEngine(float[] images, float[] texts, double t, OptionalDouble bias) throws Exception {
        float[] positives = new float[PAIRS * PAIRS];
        for (int i = 0; i < positives.length; i++) {
            positives[i] = together(i / PAIRS, i % PAIRS) ? 1 : 0;
        }
        try (NDManager manager = TrainingEngine.manager(TrainingEngine.device())) {
            NDArray image = manager.create(FloatBuffer.wrap(images), new Shape(PAIRS, WIDTH));
            NDArray text = manager.create(FloatBuffer.wrap(texts), new Shape(PAIRS, WIDTH));
            NDArray pairs = manager.create(FloatBuffer.wrap(positives), new Shape(PAIRS, PAIRS));
            NDArray scale = manager.create(new float[] {(float) t});
            NDArray loss = bias.isEmpty()
                    ? ContrastiveLoss.symmetric(image, text, pairs, scale)
                    : ContrastiveLoss.sigmoid(
                            image, text, pairs, scale, manager.create(new float[] {(float) bias.getAsDouble()}));
            return loss.toFloatArray()[0];
        }
    }

    private static double onEngine(float[] images, float[] texts, int width, int count, float[] positives)
            throws Exception {
        try (NDManager manager = TrainingEngine.manager(TrainingEngine.device())) {
            return ContrastiveLoss.symmetric(
                            manager.create(FloatBuffer.wrap(images), new Shape(count, width)),
                            manager.create(FloatBuffer.wrap(texts), new Shape(count, width)),
                            manager.create(FloatBuffer.wrap(positives), new Shape(count, count)),
                            manager.create(new float[] {(float) Math.log(100)}))
                    .toFloatArray()[0];
        }
    }

    private static float[] random(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[PAIRS * WIDTH];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static List<Embedding> embeddings(float[] rows) {
        List<Embedding> embeddings = new ArrayList<>();
        for (int row = 0; row < PAIRS; row++) {
            embeddings.add(Embedding.normalize(Arrays.copyOfRange(rows, row * WIDTH, (row + 1) * WIDTH)));
        }
        return embeddings;
    }
}
