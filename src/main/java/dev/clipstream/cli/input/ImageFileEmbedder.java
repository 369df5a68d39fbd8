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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Picture files to embeddings for the commands: read and decoded on as many threads as cores, embedded in batches.
///
/// The same image path and batcher as the stream's, without Kafka.
public final class ImageFileEmbedder implements AutoCloseable {
    private static final BatchSettings BATCHES = BatchSettings.DEFAULT;

    private final ExecutorService decoders =
            Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    private final ImagePreprocessor preprocessor;
    private final ImageEmbedder embedder;

    public ImageFileEmbedder(ClipModel model, DecodeMode decode) {
        this.preprocessor = new ImagePreprocessor(model.preprocessing(), decode, ImageLimits.DEFAULT);
        this.embedder = new ImageEmbedder(model.imageSessions(), BATCHES, BatchObserver.NONE);
    }

    /// Embeds one file; the future fails with an [IOException] or [ImageException] as the cause if it is no picture.
    public CompletableFuture<Embedding> embed(String path) {
        return CompletableFuture.supplyAsync(() -> prepare(path), decoders).thenCompose(embedder::submit);
    }

    private RgbImage prepare(String path) {
        try {
            return preprocessor.prepare(Files.readAllBytes(Path.of(path))).modelInput();
        } catch (IOException | ImageException e) {
            throw new CompletionException(e);
        }
    }

    /// Most pictures worth having in flight at once.
    public static int window() {
        return 4 * BATCHES.maxBatch();
    }

    @Override
    public void close() {
        decoders.shutdown();
        embedder.close();
    }
}
