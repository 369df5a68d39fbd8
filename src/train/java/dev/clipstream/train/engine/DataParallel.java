package dev.clipstream.train.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import dev.clipstream.train.tower.Architecture;
import dev.clipstream.train.tower.Weights;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Computes the gradients of a batch on several single-threaded replicas of the towers.
///
/// Threads within each small operation would wait for the slowest one every time, and run at a tenth of their speed
/// as soon as another process takes a core. The loss needs all pairs of the batch: features are gathered, the loss
/// and its gradient with respect to the features are computed once, and each replica propagates its rows of that
/// gradient back through its towers.
///
/// Confined to one thread.
public final class DataParallel implements AutoCloseable {
    /// Limits the replicas, so that each one's share of 256 pairs is large enough for batch normalization.
    private static final int MOST_REPLICAS = 8;

    private final Architecture architecture;
    private final Weights layout;
    private final NDManager manager;
    private final List<Replica> replicas = new ArrayList<>();
    private final ExecutorService threads;

    /// Opens the replicas, on a GPU if the engine finds one and otherwise on the CPU.
    ///
    /// @param replicas number of replicas; 0 for as many as cores, up to 8, or one on a GPU
    /// @throws EngineMissingException if no training engine is on the class path
    public DataParallel(Architecture architecture, Weights layout, int replicas) throws EngineMissingException {
        this.architecture = architecture;
        this.layout = layout;
        Device device = TrainingEngine.device();
        this.manager = TrainingEngine.manager(device);
        int wanted = replicas > 0 ? replicas : usual(device);
        for (int i = 0; i < wanted; i++) {
            this.replicas.add(new Replica(manager, architecture, layout));
        }
        this.threads = Executors.newFixedThreadPool(
                wanted, Thread.ofPlatform().name("train-", 0).factory());
    }

    private static int usual(Device device) {
        return device.isGpu() ? 1 : Math.min(MOST_REPLICAS, Runtime.getRuntime().availableProcessors());
    }

    /// The result of a batch.
    ///
    /// @param loss       of the whole batch
    /// @param gradients  of all weights; 0 at the positions of statistics
    /// @param statistics of all weights; 0 at the other positions
    @SuppressWarnings("ArrayRecordComponent") // megabytes, handed over to the optimizer
    public record Gradients(double loss, float[] gradients, float[] statistics) {}

    /// Computes the gradients of a batch.
    ///
    /// @param values of all weights; not modified
    public Gradients gradients(float[] values, Batch batch) {
        try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
            int count = Math.min(replicas.size(), batch.size());
            List<Share> shares = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                shares.add(new Share(replicas.get(i), batch.size() * i / count, batch.size() * (i + 1) / count));
            }
            List<Future<Features>> forward = shares.stream()
                    .map(share -> threads.submit(() -> share.replica()
                            .forward(
                                    values,
                                    batch.pixels(share.from(), share.to()),
                                    batch.ids(share.from(), share.to()))))
                    .toList();
            float[] images = new float[batch.size() * architecture.dimension()];
            float[] texts = new float[images.length];
            for (int i = 0; i < count; i++) {
                Features features = await(forward.get(i));
                int at = shares.get(i).from() * architecture.dimension();
                System.arraycopy(features.images(), 0, images, at, features.images().length);
                System.arraycopy(features.texts(), 0, texts, at, features.texts().length);
            }
            Loss loss = loss(collector, values, new Features(images, texts), batch.positives());
            Gradients whole = new Gradients(loss.value(), loss.gradients(), new float[layout.size()]);
            List<Future<Gradients>> backward = shares.stream()
                    .map(share -> threads.submit(
                            () -> share.backward(collector, loss.byFeatures(), layout.size(), batch.size())))
                    .toList();
            for (Future<Gradients> part : backward) {
                add(whole.gradients(), await(part).gradients());
                add(whole.statistics(), await(part).statistics());
            }
            return whole;
        }
    }

    /// A replica and its range of rows in the batch.
    private record Share(Replica replica, int from, int to) {
        Gradients backward(GradientCollector collector, Features byFeatures, int size, int batch) {
            float[] gradients = new float[size];
            float[] statistics = new float[size];
            int width = byFeatures.images().length / batch;
            Features rows = new Features(
                    Arrays.copyOfRange(byFeatures.images(), from * width, to * width),
                    Arrays.copyOfRange(byFeatures.texts(), from * width, to * width));
            replica.backward(collector, rows, gradients, statistics, (float) (to - from) / batch);
            return new Gradients(0, gradients, statistics);
        }
    }

    /// The loss of a batch and its gradients with respect to the features, temperature and bias; the latter two at
    /// their positions among all weights.
    @SuppressWarnings("ArrayRecordComponent") // megabytes on their way to the optimizer
    private record Loss(double value, Features byFeatures, float[] gradients) {}

    private Loss loss(GradientCollector collector, float[] values, Features features, float[] positives) {
        int dimension = architecture.dimension();
        int size = features.images().length / dimension;
        float[] gradients = new float[layout.size()];
        try (NDManager scope = manager.newSubManager()) {
            NDArray images = leaf(scope, features.images(), new Shape(size, dimension));
            NDArray texts = leaf(scope, features.texts(), new Shape(size, dimension));
            NDArray t = number(scope, Architecture.LOGIT_SCALE, values);
            NDArray together = scope.create(FloatBuffer.wrap(positives), new Shape(size, size));
            NDArray loss;
            if (architecture.sigmoid()) {
                NDArray bias = number(scope, Architecture.LOGIT_BIAS, values);
                loss = ContrastiveLoss.sigmoid(images, texts, together, t, bias);
                collector.backward(loss);
                gradients[layout.get(Architecture.LOGIT_BIAS).offset()] = gradient(bias)[0];
            } else {
                loss = ContrastiveLoss.symmetric(images, texts, together, t);
                collector.backward(loss);
            }
            gradients[layout.get(Architecture.LOGIT_SCALE).offset()] = gradient(t)[0];
            return new Loss(loss.toFloatArray()[0], new Features(gradient(images), gradient(texts)), gradients);
        }
    }

    private NDArray number(NDManager scope, String name, float[] values) {
        return leaf(scope, new float[] {values[layout.get(name).offset()]}, new Shape(1));
    }

    private static NDArray leaf(NDManager scope, float[] values, Shape shape) {
        NDArray array = scope.create(FloatBuffer.wrap(values), shape);
        array.setRequiresGradient(true);
        return array;
    }

    private static float[] gradient(NDArray leaf) {
        return leaf.getGradient().toFloatArray();
    }

    private static void add(float[] sum, float[] more) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += more[i];
        }
    }

    /// Returns the features of images as the exported graph computes them, `[count · dimension]`, not normalized.
    public float[] imageFeatures(float[] values, float[] pixels, int count) {
        return replicas.getFirst().imageFeatures(values, pixels, count);
    }

    /// Returns the features of texts as the exported graph computes them, `[count · dimension]`, not normalized.
    public float[] textFeatures(float[] values, long[][] ids) {
        return replicas.getFirst().textFeatures(values, ids);
    }

    private static <T> T await(Future<T> part) {
        try {
            return part.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Expected the step to complete, found an interruption", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("Expected the step to complete, found: " + e.getCause(), e.getCause());
        }
    }

    @Override
    public void close() {
        threads.close();
        replicas.forEach(Replica::close);
        manager.close();
    }
}
