package dev.clipstream.cli.quality;

import dev.clipstream.cli.input.ImageFileEmbedder;
import dev.clipstream.cli.input.MediaPaths;
import dev.clipstream.cli.output.Failures;
import dev.clipstream.cli.output.Progress;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.Embedding;
import dev.clipstream.image.DecodeMode;
import dev.clipstream.index.IndexMissingException;
import dev.clipstream.index.IndexName;
import dev.clipstream.index.IndexedMedia;
import dev.clipstream.index.MediaFilter;
import dev.clipstream.index.MediaIndex;
import dev.clipstream.index.MediaIndexes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;

/// Vectors of media by one model: from images of a folder, or from a media index.
sealed interface MediaVectors {

    /// Returns the vectors of up to `limit` media.
    List<Embedding> sample(int limit) throws IOException;

    /// Returns the vectors of the truth's media, in their order.
    ///
    /// @param file names the truth in messages
    /// @throws TruthException if one of them is missing
    List<Embedding> of(Truth truth, Path file) throws IOException;

    /// Images below a folder. Their ids are their paths relative to it.
    record Folder(Path folder, ClipModel model) implements MediaVectors {
        @Override
        public List<Embedding> sample(int limit) throws IOException {
            List<String> paths = new ArrayList<>();
            for (MediaPaths.Input input :
                    MediaPaths.of(List.of(folder.toString())).toList()) {
                if (input.file() == null) {
                    throw new IOException("--media: " + input.given() + ": " + input.error());
                }
                paths.add(input.given());
            }
            // spread over the folder, whose order often is that of what the images show
            int count = Math.min(limit, paths.size());
            List<String> chosen = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                chosen.add(paths.get((int) ((long) i * paths.size() / count)));
            }
            return embed(chosen).stream().flatMap(Optional::stream).toList();
        }

        @Override
        public List<Embedding> of(Truth truth, Path file) throws IOException {
            List<String> paths = truth.media().stream()
                    .map(medium -> folder.resolve(medium.id()).toString())
                    .toList();
            for (int i = 0; i < paths.size(); i++) {
                if (!Path.of(paths.get(i)).toFile().isFile()) {
                    Truth.Medium medium = truth.media().get(i);
                    throw new TruthException(
                            file,
                            medium.line(),
                            "expected the path of an image below " + folder,
                            "'" + medium.id() + "'");
                }
            }
            List<Optional<Embedding>> vectors = embed(paths);
            List<Embedding> found = new ArrayList<>();
            for (int i = 0; i < paths.size(); i++) {
                Truth.Medium medium = truth.media().get(i);
                found.add(vectors.get(i)
                        .orElseThrow(() -> new TruthException(
                                file, medium.line(), "expected a readable image", "'" + medium.id() + "'")));
            }
            return found;
        }

        /// Returns an element for each image; empty if it cannot be read, which a message says.
        private List<Optional<Embedding>> embed(List<String> paths) {
            List<Optional<Embedding>> vectors = new ArrayList<>(paths.size());
            try (ImageFileEmbedder embedder = new ImageFileEmbedder(model, DecodeMode.FAST);
                    Progress progress = Progress.of("images", paths.size())) {
                Deque<CompletableFuture<Embedding>> window = new ArrayDeque<>();
                for (int next = 0; vectors.size() < paths.size(); ) {
                    while (next < paths.size() && window.size() < ImageFileEmbedder.window()) {
                        window.add(embedder.embed(paths.get(next++)));
                    }
                    String path = paths.get(vectors.size());
                    try {
                        vectors.add(Optional.of(window.remove().join()));
                    } catch (CompletionException e) {
                        System.err.println(path + ": " + Failures.explain(e));
                        vectors.add(Optional.empty());
                    }
                    progress.step();
                }
            }
            return vectors;
        }
    }

    /// The index of a model.
    record Index(MediaIndex index) implements MediaVectors {
        static Index of(MediaIndexes indexes, ClipModel model) {
            return new Index(indexes.find(model.identity())
                    .orElseThrow(() -> new IndexMissingException("Expected the index " + IndexName.of(model.identity())
                            + " of this model, found none. Calibrate with the model that made the vectors (see"
                            + " clipstream index list).")));
        }

        /// Of a larger index, half of the sample are the newest media and half the oldest.
        @Override
        public List<Embedding> sample(int limit) {
            long count = index.count(MediaFilter.ALL);
            List<IndexedMedia> media = count <= limit
                    ? index.newest(MediaFilter.ALL, 0, limit)
                    : Stream.concat(
                                    index.newest(MediaFilter.ALL, 0, Math.ceilDiv(limit, 2)).stream(),
                                    index.oldest(MediaFilter.ALL, 0, Math.max(1, limit / 2)).stream())
                            .toList();
            List<Embedding> vectors = new ArrayList<>(media.size());
            try (Progress progress = Progress.of("vectors", media.size())) {
                for (IndexedMedia one : media) {
                    index.vector(one.mediaId()).ifPresent(vectors::add);
                    progress.step();
                }
            }
            return vectors;
        }

        @Override
        public List<Embedding> of(Truth truth, Path file) throws IOException {
            List<Embedding> vectors = new ArrayList<>();
            try (Progress progress = Progress.of("vectors", truth.media().size())) {
                for (Truth.Medium medium : truth.media()) {
                    vectors.add(index.vector(medium.id())
                            .orElseThrow(() -> new TruthException(
                                    file,
                                    medium.line(),
                                    "expected the id of a medium in the index " + IndexName.of(index.model()),
                                    "'" + medium.id() + "'")));
                    progress.step();
                }
            }
            return vectors;
        }
    }
}
