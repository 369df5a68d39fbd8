package dev.clipstream.index.lucene;

import dev.clipstream.index.IndexException;
import dev.clipstream.index.IndexMissingException;
import dev.clipstream.index.IndexUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexNotFoundException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.LockObtainFailedException;
import org.jspecify.annotations.Nullable;

/// The Lucene files of one index. They are opened when needed, by one writer or by many readers, and opened again
/// after a failure.
///
/// When [#write] returns, its changes are on disk. A failed merge of segments closes the writer, although each write
/// succeeded; a writer opened after that leaves merging out for some time. Safe for use by many threads; the monitor
/// of this object guards its state, but not the searchers in use.
final class IndexFiles implements AutoCloseable {
    /// The logger of Lucene's advice to add an incubating JVM module, which would itself warn at every start. Kept
    /// here, since the JDK forgets the level of a logger with the logger.
    private static final Logger RECOMMENDATION = Logger.getLogger("org.apache.lucene.internal.vectorization");

    static {
        RECOMMENDATION.setLevel(Level.SEVERE);
    }

    private final Directory directory;
    private final boolean readOnly;
    private final Merging merging;
    private @Nullable IndexWriter writer;
    private @Nullable SearcherManager searchers;
    private volatile @Nullable String failure;
    private boolean dropped;

    IndexFiles(Directory directory, boolean readOnly) {
        this.directory = directory;
        this.readOnly = readOnly;
        this.merging = new Merging(place());
    }

    /// Uses the files.
    @FunctionalInterface
    interface Use<T, A> {
        T apply(A argument) throws IOException;
    }

    /// Reads the last commit.
    <T> T read(Use<T, IndexSearcher> use) {
        try {
            SearcherManager manager = searchers();
            manager.maybeRefreshBlocking();
            IndexSearcher searcher = manager.acquire();
            try {
                return use.apply(searcher);
            } finally {
                manager.release(searcher);
            }
        } catch (IndexNotFoundException e) {
            throw missing();
        } catch (IOException | UncheckedIOException e) {
            throw failed(e);
        } catch (RuntimeException e) {
            throw isOfWriter(e) ? failed(e) : e;
        }
    }

    /// Changes the index and commits. Either all changes are committed or none.
    synchronized <T> T write(Use<T, IndexWriter> use) {
        try {
            T result = commit(use);
            failure = null;
            return result;
        } catch (IndexUnavailableException e) {
            failure = e.getMessage();
            throw e;
        }
    }

    private <T> T commit(Use<T, IndexWriter> use) {
        try {
            IndexWriter open = writer();
            open.getConfig().setMergePolicy(merging.policy());
            T result = use.apply(open);
            open.commit();
            return result;
        } catch (IOException e) {
            throw failed(e);
        } catch (RuntimeException e) {
            throw isOfWriter(e) ? failed(e) : e;
        }
    }

    /// Returns why the last write failed; empty: it succeeded.
    Optional<String> failure() {
        return Optional.ofNullable(failure);
    }

    private synchronized SearcherManager searchers() throws IOException {
        if (dropped) {
            throw missing();
        }
        if (searchers == null) {
            searchers = readOnly ? new SearcherManager(directory, null) : new SearcherManager(writer(), null);
        }
        return searchers;
    }

    private IndexWriter writer() throws IOException {
        if (dropped) {
            throw missing();
        }
        if (readOnly) {
            throw new IndexUnavailableException(
                    "Expected " + place() + " to be open for writing, found it open for reading. Write through the"
                            + " process that has it open for writing",
                    null);
        }
        if (writer == null || !writer.isOpen()) {
            try {
                writer = new IndexWriter(
                        directory,
                        new IndexWriterConfig()
                                .setCodec(new HighDimensionCodec())
                                .setMergePolicy(merging.policy())
                                .setMergeScheduler(merging.scheduler()));
            } catch (LockObtainFailedException e) {
                throw new IndexUnavailableException(
                        "Expected " + place() + " to be free to write, found that another process (usually the"
                                + " service) has it open for writing. Stop that process first",
                        e);
            }
        }
        return writer;
    }

    /// Returns whether the index exists.
    boolean exist() {
        try {
            return DirectoryReader.indexExists(directory);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /// Returns the user data of the last commit.
    Map<String, String> notes() {
        return read(searcher ->
                ((DirectoryReader) searcher.getIndexReader()).getIndexCommit().getUserData());
    }

    /// Adds to the user data, and commits.
    synchronized void note(Map<String, String> more) {
        write(open -> {
            Map<String, String> notes = new LinkedHashMap<>();
            Iterable<Map.Entry<String, String>> known = open.getLiveCommitData();
            if (known != null) {
                known.forEach(entry -> notes.put(entry.getKey(), entry.getValue()));
            }
            notes.putAll(more);
            open.setLiveCommitData(new HashMap<>(notes).entrySet());
            return notes;
        });
    }

    /// Makes every further use fail. Fails if another process has the files open to write.
    synchronized void drop() {
        write(IndexWriter::hasUncommittedChanges);
        close();
        dropped = true;
    }

    /// Returns whether the writer has failed earlier, such as in a merge. Depending on the moment, Lucene then throws
    /// an AlreadyClosedException or an IllegalStateException.
    private synchronized boolean isOfWriter(RuntimeException thrown) {
        return thrown instanceof AlreadyClosedException || (writer != null && writer.getTragicException() != null);
    }

    private synchronized IndexException failed(Exception thrown) {
        if (dropped) {
            return missing();
        }
        Throwable tragedy = writer == null ? null : writer.getTragicException();
        Throwable cause = tragedy == null ? thrown : tragedy;
        close(); // the next use opens the files again
        return new IndexUnavailableException(
                "Expected a working index in " + place() + ", found: " + cause.getMessage()
                        + ". Check the disk and its permissions",
                cause);
    }

    private IndexMissingException missing() {
        return new IndexMissingException("Expected an index in " + place() + ", found none. Create it again");
    }

    /// Returns where the files are, for messages.
    private String place() {
        return directory instanceof FSDirectory files ? files.getDirectory().toString() : "an index in memory";
    }

    @Override
    public synchronized void close() {
        SearcherManager open = searchers;
        IndexWriter closing = writer;
        searchers = null;
        writer = null;
        try (open;
                closing) {
            if (closing != null && closing.isOpen()) {
                closing.rollback(); // every write was committed
            }
        } catch (IOException | AlreadyClosedException e) {
            System.getLogger(IndexFiles.class.getName())
                    .log(System.Logger.Level.WARNING, "The index in " + place() + " was not closed cleanly", e);
        }
    }
}
