package dev.clipstream.bench;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.EmbeddingException;
import dev.clipstream.clip.OutOfDeviceMemoryException;
import dev.clipstream.clip.ReadyBatch;
import dev.clipstream.image.RgbImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The bare model on tensors that are ready: what the pipeline is measured against. Used by one thread.
///
/// Nothing of ours is in it: pixels are normalised before, vectors are not read.
final class RawSession {
    private static final int LEAST_LARGEST_BATCH = 32;

    private final ClipModel model;
    private final List<RgbImage> pictures;

    /// @param pictures of the model's input size, at least one, used in turn
    RawSession(ClipModel model, List<RgbImage> pictures) {
        this.model = model;
        this.pictures = List.copyOf(pictures);
    }

    /// What some runs took.
    ///
    /// @param pictures of them all
    record Runs(int pictures, double seconds) {
        double perSecond() {
            return pictures / seconds;
        }
    }

    /// Powers of two from 1 to at least 32 and at least twice the pipeline's own batch.
    static List<Integer> batchSizes(int maxBatch) {
        List<Integer> sizes = new ArrayList<>();
        int size = 1;
        sizes.add(size);
        while (size < LEAST_LARGEST_BATCH || size < 2 * maxBatch) {
            size *= 2;
            sizes.add(size);
        }
        return sizes;
    }

    /// Pictures a second by batch size; ends at the size that does not fit the device's memory.
    ///
    /// @param sizes ascending; the first must fit
    /// @param each  how long each size is measured at least, after one run to warm up
    Map<Integer, Double> rates(List<Integer> sizes, Duration each)
            throws EmbeddingException, OutOfDeviceMemoryException {
        Map<Integer, Double> rates = new TreeMap<>();
        for (int size : sizes) {
            try (ReadyBatch batch = ReadyBatch.of(model, take(0, size))) {
                batch.run();
                long startNanos = System.nanoTime();
                int done = 0;
                do {
                    batch.run();
                    done += size;
                } while (System.nanoTime() - startNanos < each.toNanos());
                rates.put(size, done / ((System.nanoTime() - startNanos) / 1e9));
            } catch (OutOfDeviceMemoryException e) {
                if (rates.isEmpty()) {
                    throw e;
                }
                break;
            }
        }
        return rates;
    }

    /// Runs whole batches of at least `count` pictures together. Their tensors are filled before the time is taken.
    Runs run(int count, int batchSize) throws EmbeddingException, OutOfDeviceMemoryException {
        List<ReadyBatch> ready = new ArrayList<>();
        try {
            for (int from = 0; from < pictures.size(); from += batchSize) {
                ready.add(ReadyBatch.of(model, take(from, batchSize)));
            }
            long startNanos = System.nanoTime();
            int done = 0;
            for (int i = 0; done < count; i++) {
                ready.get(i % ready.size()).run();
                done += batchSize;
            }
            return new Runs(done, (System.nanoTime() - startNanos) / 1e9);
        } finally {
            ready.forEach(ReadyBatch::close);
        }
    }

    private List<RgbImage> take(int from, int size) {
        List<RgbImage> batch = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            batch.add(pictures.get((from + i) % pictures.size()));
        }
        return batch;
    }
}
