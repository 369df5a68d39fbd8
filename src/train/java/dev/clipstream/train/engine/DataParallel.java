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

/// Gradients of a batch, computed by several replicas of the towers at once, each on one thread.
///
/// Several single-threaded replicas rather than one with several threads: threads that share each small operation
/// wait for the slowest at every one of them, and run at a tenth of their speed as soon as somebody else takes a
/// core. The loss needs all pairs of the batch, so features are gathered, the loss and its gradient by the features
/// are computed once, and each replica takes its rows of that gradient back through its towers.
///
/// Used by one thread.
public final class DataParallel implements AutoCloseable {
    /// So that a share of 256 pairs is enough for batch normalisation, however many cores there are.
    private static final int MOST_REPLICAS = 8;

    private final Architecture architecture;
    private final Weights layout;
    private final NDManager manager;
    private final List<Replica> replicas = new ArrayList<>();
    private final ExecutorService threads;

    /// On a GPU if the engine sees one, else on the CPU.
    ///
    /// @param replicas of the towers, 0: as many as cores, up to 8; one on a GPU
    /// @throws EngineMissingException if nothing that trains is on the class path
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

    /// What one batch gave.
    ///
    /// @param loss       of the whole batch
    /// @param gradients  of all weights; 0 in the statistics' places
    /// @param statistics of all weights; 0 in the others' places
    @SuppressWarnings("ArrayRecordComponent") // megabytes, handed over to the optimizer
    public record Gradients(double loss, float[] gradients, float[] statistics) {}

    /// @param values of all weights; read only
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

    /// A replica and its rows of the batch.
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

    /// A batch's loss, and its gradients by the features, and by temperature and bias in their places among all
    /// weights.
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

    /// The features of pictures as the exported graph computes them, `[count · dimension]`, not normalised.
    public float[] imageFeatures(float[] values, float[] pixels, int count) {
        return replicas.getFirst().imageFeatures(values, pixels, count);
    }

    /// The features of texts, likewise.
    public float[] textFeatures(float[] values, long[][] ids) {
        return replicas.getFirst().textFeatures(values, ids);
    }

    private static <T> T await(Future<T> part) {
        try {
            return part.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("A step was expected to end, found an interruption", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("A step was expected to end, found: " + e.getCause(), e.getCause());
        }
    }

    @Override
    public void close() {
        threads.close();
        replicas.forEach(Replica::close);
        manager.close();
    }
}
