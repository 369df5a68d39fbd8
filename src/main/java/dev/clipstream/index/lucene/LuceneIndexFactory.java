package dev.clipstream.index.lucene;

import dev.clipstream.index.IndexAddress;
import dev.clipstream.index.IndexMissingException;
import dev.clipstream.index.IndexUnavailableException;
import dev.clipstream.index.MediaIndexFactory;
import dev.clipstream.index.MediaIndexes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Opens indexes in a folder or in memory.
///
/// A folder has one process that writes; others may read it, and see each batch as it is committed. Each store in
/// memory
/// is a new one, and ends when it is closed.
public final class LuceneIndexFactory implements MediaIndexFactory {
    private final @Nullable Path folder;
    private final Clock clock;

    /// @param clock tells how old deletions are
    public LuceneIndexFactory(LuceneSettings settings, Clock clock) {
        this.folder = settings.folder();
        this.clock = clock;
    }

    /// A factory of indexes in memory.
    public static LuceneIndexFactory inMemory(Clock clock) {
        return new LuceneIndexFactory(new LuceneSettings(null), clock);
    }

    /// A factory of indexes in a folder.
    public static LuceneIndexFactory at(Path folder, Clock clock) {
        return new LuceneIndexFactory(new LuceneSettings(folder), clock);
    }

    @Override
    public MediaIndexes open() {
        if (folder != null) {
            try {
                Files.createDirectories(folder);
            } catch (IOException e) {
                throw failed(folder, e);
            }
        }
        return new LuceneIndexes(folder, false, clock);
    }

    @Override
    public MediaIndexes openReadOnly() {
        if (folder == null) {
            throw new IndexMissingException("A folder with media indexes was expected, found an index in memory, which"
                    + " is only seen by its own process: set index.path");
        }
        if (!Files.isDirectory(folder)) {
            throw new IndexMissingException("A folder with media indexes was expected at " + folder.toAbsolutePath()
                    + ", found " + (Files.exists(folder) ? "a file" : "none")
                    + ": name the one that clipstream demo prints or index.path has, or fill one with the topology"
                    + " indexing");
        }
        return new LuceneIndexes(folder, true, clock);
    }

    @Override
    public Optional<IndexAddress> address() {
        return Optional.ofNullable(folder).map(path -> new IndexAddress(path.toString(), Map.of()));
    }

    static IndexUnavailableException failed(@Nullable Path folder, IOException cause) {
        return new IndexUnavailableException(
                "A folder of indexes was expected at " + folder + ", found: " + cause
                        + ". Look at the disk and its rights",
                cause);
    }
}
