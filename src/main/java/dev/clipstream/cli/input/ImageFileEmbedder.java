package dev.clipstream.cli.input;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.batch.BatchObserver;
import dev.clipstream.clip.batch.BatchSettings;
import dev.clipstream.clip.batch.ImageEmbedder;
import dev.clipstream.image.DecodeMode;
import dev.clipstream.image.ImageException;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.RgbImage;
import dev.clipstream.image.preprocess.ImagePreprocessor;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Embeds images: reads and decodes them on one thread per core, and embeds them in batches.
///
/// Uses the preprocessor and the batcher of the embedding topology, without Kafka. Thread-safe.
public final class ImageFileEmbedder implements AutoCloseable {
    private static final BatchSettings BATCHES = BatchSettings.DEFAULT;

    private final ExecutorService decoders =
            Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    private final ImageReader reader = new ImageReader();
    private final ImagePreprocessor preprocessor;
    private final ImageEmbedder embedder;

    public ImageFileEmbedder(ClipModel model, DecodeMode decode) {
        this.preprocessor = new ImagePreprocessor(model.preprocessing(), decode, ImageLimits.DEFAULT);
        this.embedder = new ImageEmbedder(model.imageSessions(), BATCHES, BatchObserver.NONE);
    }

    /// Embeds one image.
    ///
    /// @param path a path or URI
    /// @return a future that fails with an [IOException] or [ImageException] as its cause if the file is not a
    ///     readable image
    public CompletableFuture<Embedding> embed(String path) {
        return CompletableFuture.supplyAsync(() -> prepare(path), decoders).thenCompose(embedder::submit);
    }

    private RgbImage prepare(String path) {
        try {
            return preprocessor.prepare(reader.read(path)).modelInput();
        } catch (IOException | ImageException e) {
            throw new CompletionException(e);
        }
    }

    /// Returns the number of images in flight that keeps the batcher busy.
    public static int window() {
        return 4 * BATCHES.maxBatch();
    }

    @Override
    public void close() {
        decoders.shutdown();
        embedder.close();
        reader.close();
    }
}
