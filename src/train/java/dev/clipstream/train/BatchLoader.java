package dev.clipstream.train;

import dev.clipstream.clip.ClipTokenizer;
import dev.clipstream.image.Normalizer;
import dev.clipstream.train.data.Pair;
import dev.clipstream.train.data.Pairs;
import dev.clipstream.train.engine.Batch;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Prepares the batches of the next steps in the background while the current step runs.
///
/// Used by one thread. Its own threads end on close.
final class BatchLoader implements AutoCloseable {
    private static final int AHEAD = 3;

    private final Pairs pairs;
    private final ClipTokenizer tokenizer;
    private final Normalizer normalizer;
    private final int size;
    private final Deque<Future<Batch>> waiting = new ArrayDeque<>();
    private final ExecutorService makers;
    private long next;

    /// Creates a loader.
    ///
    /// @param first first step
    /// @param size  pairs per batch
    BatchLoader(Pairs pairs, ClipTokenizer tokenizer, Normalizer normalizer, long first, int size, int threads) {
        this.pairs = pairs;
        this.tokenizer = tokenizer;
        this.normalizer = normalizer;
        this.next = first;
        this.size = size;
        this.makers = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().name("batches-", 0).daemon().factory());
    }

    /// Returns the batch of the next step.
    Batch next() {
        while (waiting.size() < AHEAD) {
            long step = next++;
            waiting.add(makers.submit(() -> batch(pairs.batch(step, size))));
        }
        try {
            return waiting.remove().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Expected a batch, found an interruption", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("Expected a batch, found: " + e.getCause(), e.getCause());
        }
    }

    /// Converts pairs to the form the towers take.
    Batch batch(List<Pair> chosen) {
        int count = chosen.size();
        FloatBuffer pixels =
                FloatBuffer.allocate(count * chosen.getFirst().image().pixels().length);
        long[][] ids = new long[count][];
        float[] positives = new float[count * count];
        for (int row = 0; row < count; row++) {
            Pair pair = chosen.get(row);
            normalizer.write(pair.image(), pixels);
            ids[row] = tokenizer.tokenize(pair.caption());
            for (int column = 0; column < count; column++) {
                positives[row * count + column] =
                        pair.isShownBy(chosen.get(column).caption()) ? 1 : 0;
            }
        }
        return new Batch(pixels.array(), ids, positives);
    }

    @Override
    public void close() {
        makers.shutdownNow();
        makers.close(); // waits for the batch in progress, which uses the tokenizer that the caller closes next
    }
}
