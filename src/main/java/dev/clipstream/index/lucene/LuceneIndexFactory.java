package dev.clipstream.index.lucene;

import dev.clipstream.index.IndexAddress;
import dev.clipstream.index.IndexMissingException;
import dev.clipstream.index.IndexUnavailableException;
import dev.clipstream.index.MediaIndexFactory;
import dev.clipstream.index.MediaIndexes;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Opens indexes in a folder or in memory.
///
/// In a folder one process writes. Others may read it at the same time, and see each batch as it is committed. In
/// memory each store is a new one, and its indexes are gone when it is closed.
public final class LuceneIndexFactory implements MediaIndexFactory {
    private final @Nullable Path folder;
    private final Duration tombstones;
    private final Clock clock;

    /// @param clock measures the age of deletions
    public LuceneIndexFactory(LuceneSettings settings, Clock clock) {
        this.folder = settings.folder();
        this.tombstones = settings.tombstones();
        this.clock = clock;
    }

    /// Returns a factory of indexes in memory.
    public static LuceneIndexFactory inMemory(Clock clock) {
        return new LuceneIndexFactory(new LuceneSettings(null, LuceneSettings.DEFAULT_TOMBSTONES), clock);
    }

    /// Returns a factory of indexes in a folder.
    public static LuceneIndexFactory at(Path folder, Clock clock) {
        return new LuceneIndexFactory(new LuceneSettings(folder, LuceneSettings.DEFAULT_TOMBSTONES), clock);
    }

    @Override
    public MediaIndexes open() {
        if (folder != null) {
            try {
                Files.createDirectories(folder);
            } catch (FileAlreadyExistsException | AccessDeniedException e) {
                throw failed(folder, e); // a wrong setting
            } catch (IOException e) {
                // a full disk, for example: the first use of an index reports it, and tries again
                System.getLogger(LuceneIndexFactory.class.getName())
                        .log(System.Logger.Level.DEBUG, "The folder " + folder + " was not created", e);
            }
        }
        return new LuceneIndexes(folder, false, tombstones, clock);
    }

    @Override
    public MediaIndexes openReadOnly() {
        if (folder == null) {
            throw new IndexMissingException(
                    "Expected a folder with media indexes, found an index in memory, which only its"
                            + " own process sees. Set index.path");
        }
        if (!Files.isDirectory(folder)) {
            throw new IndexMissingException("Expected a folder with media indexes at " + folder.toAbsolutePath()
                    + ", found " + (Files.exists(folder) ? "a file" : "none")
                    + ". Name the folder that clipstream demo prints or that index.path is set to, or fill one with"
                    + " the topology indexing");
        }
        return new LuceneIndexes(folder, true, tombstones, clock);
    }

    @Override
    public Optional<IndexAddress> address() {
        return Optional.ofNullable(folder).map(path -> new IndexAddress(path.toString(), Map.of()));
    }

    static IndexUnavailableException failed(@Nullable Path folder, IOException cause) {
        return new IndexUnavailableException(
                "Expected a folder of indexes at " + folder + ", found: " + cause
                        + ". Check the disk and its permissions",
                cause);
    }
}
