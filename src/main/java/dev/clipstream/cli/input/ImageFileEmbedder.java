package dev.clipstream.cli.input;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.batch.BatchObserver;
import dev.clipstream.clip.batch.BatchSettings;
import dev.clipstream.clip.batch.ImageEmbedder;
import dev.clipstream.image.DecodeMode;
import dev.clipstream.image.ImageException;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.PreparedImage;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.preprocess.ImagePreprocessor;
import dev.clipstream.region.ModelView;
import dev.clipstream.region.OccludedImage;
import dev.clipstream.region.Occlusion;
import dev.clipstream.region.OcclusionVectors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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
    private final Preprocessing model;
    private final ImagePreprocessor preprocessor;
    private final ImageEmbedder embedder;

    public ImageFileEmbedder(ClipModel model, DecodeMode decode) {
        this.model = model.preprocessing();
        this.preprocessor = new ImagePreprocessor(model.preprocessing(), decode, ImageLimits.DEFAULT);
        this.embedder = new ImageEmbedder(model.imageSessions(), BATCHES, BatchObserver.NONE);
    }

    /// Embeds one image.
    ///
    /// @param path a path or URI
    /// @return a future that fails with an [IOException] or [ImageException] as its cause if the file is not a
    ///     readable image
    public CompletableFuture<Embedding> embed(String path) {
        return CompletableFuture.supplyAsync(() -> prepare(path), decoders)
                .thenCompose(image -> embedder.submit(image.modelInput()));
    }

    /// Embeds one image, and its copies with one part covered.
    ///
    /// @param path a path or URI
    /// @return a future that fails as that of [#embed] does
    public CompletableFuture<OccludedImage> embedParts(String path) {
        return CompletableFuture.supplyAsync(() -> prepare(path), decoders).thenCompose(this::submitParts);
    }

    private CompletableFuture<OccludedImage> submitParts(PreparedImage image) {
        CompletableFuture<Embedding> whole = embedder.submit(image.modelInput());
        List<CompletableFuture<Embedding>> parts = new ArrayList<>();
        for (int cell = 0; cell < Occlusion.CELLS; cell++) {
            parts.add(embedder.submit(Occlusion.input(image.modelInput(), cell)));
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
                .thenCombine(
                        whole,
                        (done, vector) -> new OccludedImage(
                                vector,
                                OcclusionVectors.of(parts.stream()
                                        .map(CompletableFuture::join)
                                        .toList()),
                                ModelView.of(model, image.width(), image.height())));
    }

    private PreparedImage prepare(String path) {
        try {
            return preprocessor.prepare(reader.read(path));
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
