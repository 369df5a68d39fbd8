package dev.clipstream.index.lucene;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.index.IndexDescription;
import dev.clipstream.index.IndexException;
import dev.clipstream.index.IndexHealth;
import dev.clipstream.index.IndexMissingException;
import dev.clipstream.index.IndexName;
import dev.clipstream.index.IndexUnavailableException;
import dev.clipstream.index.MediaIndex;
import dev.clipstream.index.MediaIndexes;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.FSDirectory;
import org.jspecify.annotations.Nullable;

/// The indexes in a folder, one subfolder each, or in memory.
///
/// In a folder one process writes. Others may read it at the same time, and see each batch as it is committed. Safe
/// for use by many threads; the monitor of this object guards its state.
final class LuceneIndexes implements MediaIndexes {
    static final String KIND = "lucene";

    private static final String LIVE = "live";

    private final @Nullable Path folder;
    private final boolean readOnly;
    private final Duration tombstones;
    private final Clock clock;
    private final Map<String, LuceneMediaIndex> open = new TreeMap<>();
    private @Nullable String liveInMemory;
    private @Nullable String openFailure;

    /// @param folder     existing folder; null for indexes in memory
    /// @param readOnly   whether another process may write
    /// @param tombstones how long deletions are remembered
    LuceneIndexes(@Nullable Path folder, boolean readOnly, Duration tombstones, Clock clock) {
        this.folder = folder;
        this.readOnly = readOnly;
        this.tombstones = tombstones;
        this.clock = clock;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public synchronized List<IndexDescription> list() {
        return names().stream()
                .flatMap(name -> byName(name).stream())
                .map(MediaIndex::describe)
                .toList();
    }

    @Override
    public synchronized MediaIndex open(ModelIdentity model) {
        try {
            LuceneMediaIndex index = openOrCreate(model);
            openFailure = null;
            return index;
        } catch (IndexUnavailableException e) {
            openFailure = e.getMessage();
            throw e;
        }
    }

    private LuceneMediaIndex openOrCreate(ModelIdentity model) {
        String name = IndexName.of(model);
        LuceneMediaIndex index = opened(name);
        if (index == null) {
            index = LuceneMediaIndex.create(model, UUID.randomUUID().toString(), files(name), this, clock);
            open.put(name, index);
        }
        if (!readOnly && liveName().isEmpty()) { // a full disk may have come between the two
            switchTo(name);
        }
        return index;
    }

    @Override
    public synchronized Optional<MediaIndex> find(ModelIdentity model) {
        return byName(IndexName.of(model));
    }

    @Override
    public synchronized Optional<MediaIndex> live() {
        return liveName().flatMap(this::byName);
    }

    /// Returns how long deletions are remembered.
    Duration tombstones() {
        return tombstones;
    }

    boolean isLive(String name) {
        return liveName().filter(name::equals).isPresent();
    }

    @Override
    public synchronized void switchTo(String name) {
        requireName(name); // the index itself may be open to write in another process
        if (folder == null) {
            liveInMemory = name;
            return;
        }
        try {
            Path written = Files.writeString(folder.resolve(LIVE + ".new"), name);
            Files.move(written, folder.resolve(LIVE), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw LuceneIndexFactory.failed(folder, e);
        }
    }

    @Override
    public synchronized void drop(String name) {
        requireName(name);
        if (isLive(name)) {
            throw new IllegalArgumentException(
                    "Expected an index that is not live, found " + name + " live. Switch to another index first");
        }
        LuceneMediaIndex index = opened(name);
        if (index != null) {
            index.drop();
        }
        open.remove(name);
        if (folder != null) {
            delete(folder.resolve(name));
        }
    }

    @Override
    public IndexHealth health() {
        try {
            long media = list().stream().mapToLong(IndexDescription::media).sum();
            Optional<String> failure = failure();
            return new IndexHealth(
                    readOnly || failure.isPresent() ? IndexHealth.State.READ_ONLY : IndexHealth.State.UP,
                    failure.orElse(media + " media"));
        } catch (IndexException e) {
            return new IndexHealth(IndexHealth.State.DOWN, String.valueOf(e.getMessage()));
        }
    }

    /// Returns why the last write, or the last opening of an index, failed.
    private synchronized Optional<String> failure() {
        return openFailure != null
                ? Optional.of(openFailure)
                : open.values().stream()
                        .flatMap(index -> index.failure().stream())
                        .findFirst();
    }

    @Override
    public synchronized void close() {
        open.values().forEach(LuceneMediaIndex::close);
        open.clear();
    }

    private void requireName(String name) {
        if (!open.containsKey(name) && filesThere(name).isEmpty()) {
            throw new IndexMissingException("Expected an index named '" + name + "', found " + names());
        }
    }

    private Optional<MediaIndex> byName(String name) {
        return Optional.ofNullable(opened(name));
    }

    private @Nullable LuceneMediaIndex opened(String name) {
        LuceneMediaIndex known = open.get(name);
        if (known == null) {
            IndexFiles files = filesThere(name).orElse(null);
            if (files != null) {
                known = LuceneMediaIndex.open(files, this, clock);
                open.put(name, known);
            }
        }
        return known;
    }

    /// Returns the files of an index, not opened yet, or empty if the index is missing.
    private Optional<IndexFiles> filesThere(String name) {
        if (folder == null || !name.matches("[a-z0-9-]+") || !Files.isDirectory(folder.resolve(name))) {
            return Optional.empty();
        }
        return Optional.of(files(name)).filter(IndexFiles::exist);
    }

    private IndexFiles files(String name) {
        try {
            return new IndexFiles(
                    folder == null ? new ByteBuffersDirectory() : FSDirectory.open(folder.resolve(name)), readOnly);
        } catch (IOException e) {
            throw LuceneIndexFactory.failed(folder, e);
        }
    }

    private List<String> names() {
        if (folder == null) {
            return List.copyOf(open.keySet());
        }
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> below = Files.list(folder)) {
            return below.filter(Files::isDirectory)
                    .map(path -> String.valueOf(path.getFileName()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw LuceneIndexFactory.failed(folder, e);
        }
    }

    @Override
    public synchronized Optional<String> liveName() {
        if (folder == null) {
            return Optional.ofNullable(liveInMemory);
        }
        Path file = folder.resolve(LIVE);
        try {
            return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
        } catch (IOException e) {
            throw LuceneIndexFactory.failed(folder, e);
        }
    }

    private static void delete(Path tree) {
        try {
            Files.walkFileTree(tree, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                        throws IOException {
                    Files.delete(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw LuceneIndexFactory.failed(tree, e);
        }
    }
}
