package dev.clipstream.train.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import dev.clipstream.train.tower.Architecture;
import dev.clipstream.train.tower.Architecture.ImageEncoder;
import dev.clipstream.train.tower.WeightDeclaration;
import dev.clipstream.train.tower.Weights;
import java.lang.ref.Cleaner;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class DataParallelTest {
    private static final int PAIRS = 5;

    /// Without batch normalization, whose statistics differ between replicas, so that shares and the whole must
    /// agree.
    private static final Architecture TOWERS = new Architecture(ImageEncoder.VIT, 16, 32, 40, 12, false);

    private final WeightDeclaration declaration = TOWERS.declare();
    private final Weights layout = declaration.weights();
    private final float[] values = declaration.start(new SplittableRandom(5));

    @Test
    void severalReplicasComputeTheGradientsOfOne() throws Exception {
        // given
        Batch batch = batch();

        // when
        DataParallel.Gradients alone = gradients(1, values, batch);
        DataParallel.Gradients shared = gradients(3, values, batch);

        // then
        assertThat(shared.loss()).isCloseTo(alone.loss(), within(1e-5));
        requireClose(shared.gradients(), alone.gradients());
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

        // when: the loss slightly before and after, along a random direction
        float step = 1e-4f;
        double before = gradients(1, moved(direction, -step), batch).loss();
        double behind = gradients(1, moved(direction, step), batch).loss();

        // then
        assertThat((behind - before) / (2 * step)).isCloseTo(slope, within(0.02 * Math.max(1, Math.abs(slope))));
    }

    @Test
    void aGarbageCollectionBetweenThePassesDoesNotChangeTheGradients() throws Exception {
        // given
        Batch batch = batch();

        // when
        float[] calm = gradients(batch, () -> {});
        float[] collected = gradients(batch, DataParallelTest::collectGarbage);

        // then
        requireClose(collected, calm);
    }

    private static void requireClose(float[] gradients, float[] expected) {
        for (int i = 0; i < expected.length; i++) {
            assertThat(gradients[i]).as("element %d", i).isCloseTo(expected[i], within(1e-5f));
        }
    }

    /// Returns the gradients of one replica, with an action between the forward and the backward pass.
    private float[] gradients(Batch batch, Runnable between) throws Exception {
        float[] gradients = new float[layout.size()];
        Device device = TrainingEngine.device();
        try (NDManager manager = TrainingEngine.manager(device);
                GradientCollector collector = manager.getEngine().newGradientCollector();
                Replica replica = new Replica(manager, TOWERS, layout)) {
            Features features = replica.forward(values, batch.pixels(0, PAIRS), batch.ids(0, PAIRS));
            between.run();
            replica.backward(collector, features, gradients, new float[layout.size()], 1);
        }
        return gradients;
    }

    /// Returns when the memory of unreachable buffers has been released.
    private static void collectGarbage() {
        Cleaner cleaner = Cleaner.create();
        for (int i = 0; i < 3; i++) {
            CountDownLatch cleaned = new CountDownLatch(1);
            cleaner.register(new Object(), cleaned::countDown);
            System.gc();
            try {
                cleaned.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException("Expected a garbage collection, found an interruption", e);
            }
        }
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
