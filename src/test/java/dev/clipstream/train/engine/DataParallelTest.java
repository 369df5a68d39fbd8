package dev.clipstream.train.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clipstream.train.tower.Architecture;
import dev.clipstream.train.tower.Architecture.ImageEncoder;
import dev.clipstream.train.tower.WeightDeclaration;
import dev.clipstream.train.tower.Weights;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DataParallelTest {
    private static final int PAIRS = 5;

    /// Without batch normalisation, whose statistics are each replica's own, so that shares and whole must agree.
    private static final Architecture TOWERS = new Architecture(ImageEncoder.VIT, 16, 32, 40, 12, false);

    private final WeightDeclaration declaration = TOWERS.declare();
    private final Weights layout = declaration.weights();
    private final float[] values = declaration.start(new SplittableRandom(5));

    @Test
    void severalReplicasFindTheGradientsOfOne() throws Exception {
        // given
        Batch batch = batch();

        // when
        DataParallel.Gradients alone = gradients(1, values, batch);
        DataParallel.Gradients shared = gradients(3, values, batch);

        // then
        assertThat(shared.loss()).isCloseTo(alone.loss(), within(1e-5));
        for (int i = 0; i < layout.size(); i++) {
            assertThat(shared.gradients()[i]).as("element %d", i).isCloseTo(alone.gradients()[i], within(1e-5f));
        }
    }

    @Test
    void theGradientIsTheSlopeOfTheLoss() throws Exception {
        // given
        Batch batch = batch();
        float[] gradients = gradients(2, values, batch).gradients();
        SplittableRandom random = new SplittableRandom(9);
        float[] direction = new float[values.length];
        double slope = 0;
        for (int i = 0; i < direction.length; i++) {
            direction[i] = (float) random.nextGaussian();
            slope += direction[i] * (double) gradients[i];
        }

        // when: the loss a little before and a little behind, along a random direction
        float step = 1e-4f;
        double before = gradients(1, moved(direction, -step), batch).loss();
        double behind = gradients(1, moved(direction, step), batch).loss();

        // then
        assertThat((behind - before) / (2 * step)).isCloseTo(slope, within(0.02 * Math.max(1, Math.abs(slope))));
    }

    private float[] moved(float[] direction, float by) {
        float[] moved = values.clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] += by * direction[i];
        }
        return moved;
    }

    private DataParallel.Gradients gradients(int replicas, float[] weights, Batch batch) throws Exception {
        try (DataParallel towers = new DataParallel(TOWERS, layout, replicas)) {
            return towers.gradients(weights, batch);
        }
    }

    private static Batch batch() {
        SplittableRandom random = new SplittableRandom(3);
        float[] pixels = new float[PAIRS * 3 * 16 * 16];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextGaussian();
        }
        long[][] ids = new long[PAIRS][];
        for (int i = 0; i < PAIRS; i++) {
            ids[i] = random.longs(3 + i, 1, 40).toArray();
        }
        float[] positives = new float[PAIRS * PAIRS];
        for (int i = 0; i < PAIRS; i++) {
            positives[i * PAIRS + i] = 1;
        }
        return new Batch(pixels, ids, positives);
    }
}
