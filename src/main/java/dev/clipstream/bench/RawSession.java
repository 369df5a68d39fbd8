package dev.clipstream.bench;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.EmbeddingException;
import dev.clipstream.clip.OutOfDeviceMemoryException;
import dev.clipstream.clip.onnx.ReadyBatch;
import dev.clipstream.image.RgbImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// The bare model on prepared tensors, with which the pipeline is compared. Used by one thread; runs batches on as
/// many threads of its own as the session runs at once.
///
/// It contains none of the pipeline's work: pixels are already normalized, and embeddings are not read.
public final class RawSession {
    private static final int LEAST_LARGEST_BATCH = 32;

    private final ClipModel model;
    private final List<RgbImage> pictures;

    /// Creates a session.
    ///
    /// @param pictures images of the model's input size, at least one, used in turn
    public RawSession(ClipModel model, List<RgbImage> pictures) {
        this.model = model;
        this.pictures = List.copyOf(pictures);
    }

    /// The duration of some runs.
    ///
    /// @param pictures total number of images
    /// @param seconds  duration; threads that end early count as if they had continued
    public record Runs(int pictures, double seconds) {
        /// Returns images per second.
        public double perSecond() {
            return pictures / seconds;
        }
    }

    /// Returns the number of concurrent batches.
    int batchesAtOnce() {
        return model.imageSessions().getFirst().batchesAtOnce();
    }

    /// Returns powers of two from 1 to at least 32 and at least twice the pipeline's batch.
    public static List<Integer> batchSizes(int maxBatch) {
        List<Integer> sizes = new ArrayList<>();
        int size = 1;
        sizes.add(size);
        while (size < LEAST_LARGEST_BATCH || size < 2 * maxBatch) {
            size *= 2;
            sizes.add(size);
        }
        return sizes;
    }

    /// Measures images per second by batch size; ends at the size that does not fit the device's memory.
    ///
    /// @param sizes ascending; the first must fit
    /// @param each  minimum duration per size, after one warm-up run
    public Map<Integer, Double> rates(List<Integer> sizes, Duration each)
            throws EmbeddingException, OutOfDeviceMemoryException, InterruptedException {
        Map<Integer, Double> rates = new TreeMap<>();
        for (int size : sizes) {
            List<ReadyBatch> ready = new ArrayList<>();
            try {
                ready.addAll(ready(size, batchesAtOnce()));
                runEach(ready, 1, Duration.ZERO);
                rates.put(size, runEach(ready, 1, each).perSecond());
            } catch (OutOfDeviceMemoryException e) {
                if (rates.isEmpty()) {
                    throw e;
                }
                break;
            } finally {
                ready.forEach(ReadyBatch::close);
            }
        }
        return rates;
    }

    /// Runs full batches of at least `count` images in total. Their tensors are filled before the time is taken.
    ///
    /// @throws EmbeddingException         if the model fails
    /// @throws OutOfDeviceMemoryException if the batch does not fit
    public Runs run(int count, int batchSize)
            throws EmbeddingException, OutOfDeviceMemoryException, InterruptedException {
        List<ReadyBatch> ready = ready(batchSize, batchesAtOnce());
        try {
            return runEach(ready, Math.ceilDiv(count, batchSize * ready.size()), Duration.ZERO);
        } finally {
            ready.forEach(ReadyBatch::close);
        }
    }

    /// Runs full batches for at least a duration. Their tensors are filled before the time is taken.
    ///
    /// @throws EmbeddingException         if the model fails
    /// @throws OutOfDeviceMemoryException if the batch does not fit
    public Runs run(Duration least, int batchSize)
            throws EmbeddingException, OutOfDeviceMemoryException, InterruptedException {
        List<ReadyBatch> ready = ready(batchSize, batchesAtOnce());
        try {
            return runEach(ready, 1, least);
        } finally {
            ready.forEach(ReadyBatch::close);
        }
    }

    private List<ReadyBatch> ready(int size, int count) throws EmbeddingException, OutOfDeviceMemoryException {
        List<ReadyBatch> ready = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                ready.add(ReadyBatch.of(model, take(i * size, size)));
            }
            return ready;
        } catch (EmbeddingException | OutOfDeviceMemoryException e) {
            ready.forEach(ReadyBatch::close);
            throw e;
        }
    }

    /// Runs each batch on a thread of its own, at least so many times and for so long.
    private static Runs runEach(List<ReadyBatch> ready, int times, Duration least)
            throws EmbeddingException, OutOfDeviceMemoryException, InterruptedException {
        int pictures = 0;
        double perSecond = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(ready.size())) {
            List<Callable<Runs>> runs = new ArrayList<>();
            for (ReadyBatch batch : ready) {
                runs.add(() -> runAgain(batch, times, least));
            }
            for (Future<Runs> run : threads.invokeAll(runs)) {
                pictures += run.get().pictures();
                perSecond += run.get().perSecond();
            }
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case EmbeddingException failed -> throw failed;
                case OutOfDeviceMemoryException tooLarge -> throw tooLarge;
                case null, default -> throw new EmbeddingException("Expected runs of the model, found " + e, e);
            }
        }
        return new Runs(pictures, pictures / perSecond);
    }

    private static Runs runAgain(ReadyBatch batch, int times, Duration least)
            throws EmbeddingException, OutOfDeviceMemoryException {
        long startNanos = System.nanoTime();
        int done = 0;
        do {
            batch.run();
            done++;
        } while (done < times || System.nanoTime() - startNanos < least.toNanos());
        return new Runs(done * batch.size(), (System.nanoTime() - startNanos) / 1e9);
    }

    private List<RgbImage> take(int from, int size) {
        List<RgbImage> batch = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            batch.add(pictures.get((from + i) % pictures.size()));
        }
        return batch;
    }
}
