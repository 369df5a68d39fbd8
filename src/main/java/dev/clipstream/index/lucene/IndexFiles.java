package dev.clipstream.index.lucene;

import dev.clipstream.index.IndexException;
import dev.clipstream.index.IndexMissingException;
import dev.clipstream.index.IndexUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
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

/// The Lucene files of one index: opened when needed, by one writer or by many readers, and opened again after a
/// failure.
///
/// What was written is on disk when [#write] returns. Guarded by itself, but for the searchers that it hands out.
final class IndexFiles implements AutoCloseable {
    /// Kept here, since the JDK forgets a logger's level with the logger. Lucene recommends an incubating module of the
    /// JVM, which would warn of itself at every start.
    private static final Logger RECOMMENDATION = Logger.getLogger("org.apache.lucene.internal.vectorization");

    static {
        RECOMMENDATION.setLevel(Level.SEVERE);
    }

    private final Directory directory;
    private final boolean readOnly;
    private @Nullable IndexWriter writer;
    private @Nullable SearcherManager searchers;
    private boolean dropped;

    IndexFiles(Directory directory, boolean readOnly) {
        this.directory = directory;
        this.readOnly = readOnly;
    }

    /// What a caller does with the files.
    @FunctionalInterface
    interface Use<T, A> {
        T apply(A argument) throws IOException;
    }

    /// Reads what was written last.
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
        } catch (IOException | UncheckedIOException | AlreadyClosedException e) {
            throw failed(e);
        }
    }

    /// Changes the index and commits: all of it, or nothing.
    synchronized <T> T write(Use<T, IndexWriter> use) {
        try {
            IndexWriter open = writer();
            T result = use.apply(open);
            open.commit();
            return result;
        } catch (IOException | AlreadyClosedException e) {
            throw failed(e);
        }
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
                    "A writer of " + place() + " was expected, found it opened for reading: write through the process"
                            + " that has it open",
                    null);
        }
        if (writer == null || !writer.isOpen()) {
            try {
                writer = new IndexWriter(directory, new IndexWriterConfig().setCodec(new HighDimensionCodec()));
            } catch (LockObtainFailedException e) {
                throw new IndexUnavailableException(
                        "The index at " + place() + " was expected to be free to write, found that another process (the"
                                + " service, as a rule) has it open to write: end that process first",
                        e);
            }
        }
        return writer;
    }

    /// Whether there is an index.
    boolean exist() {
        try {
            return DirectoryReader.indexExists(directory);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /// The notes of the last commit.
    Map<String, String> notes() {
        return read(searcher ->
                ((DirectoryReader) searcher.getIndexReader()).getIndexCommit().getUserData());
    }

    /// Adds to the notes, and commits.
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

    /// Nobody gets at the files any more. Fails if another process writes them.
    synchronized void drop() {
        write(IndexWriter::hasUncommittedChanges);
        close();
        dropped = true;
    }

    private synchronized IndexException failed(Exception cause) {
        if (dropped) {
            return missing();
        }
        close(); // opened again by the next who comes
        return new IndexUnavailableException(
                "The index at " + place() + " was expected to work, found: " + cause.getMessage()
                        + ". Look at the disk and its rights",
                cause);
    }

    private IndexMissingException missing() {
        return new IndexMissingException("An index was expected at " + place() + ", found none: create it anew");
    }

    /// Where it is, for people.
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
                closing.rollback(); // all that counts is committed
            }
        } catch (IOException | AlreadyClosedException e) {
            System.getLogger(IndexFiles.class.getName())
                    .log(System.Logger.Level.WARNING, "The index at " + place() + " did not close well", e);
        }
    }
}
