package dev.clipstream.runtime.lifecycle;

import dev.clipstream.runtime.settings.StartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A folder for the temporary files of this process, deleted by [#close()].
///
/// The process holds a lock on a file in it. The system releases the lock however the process ends, so each new folder
/// first deletes those that killed processes have left.
public final class ProcessFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessFolder.class);
    private static final String PREFIX = "clipstream-process-";
    private static final String LOCK = "lock";
    private static final int ATTEMPTS = 10;

    private final Path path;
    private final FileChannel lock;

    private ProcessFolder(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /// Creates a folder in the temporary folder, after deleting those of killed processes.
    ///
    /// @throws StartException if the temporary folder is missing or not writable
    public static ProcessFolder create() throws StartException {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        try {
            removeAbandoned(temporary);
            for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
                ProcessFolder created = create(temporary);
                if (created != null) {
                    return created;
                }
            }
            throw new IOException("other processes take the locks of new folders");
        } catch (IOException e) {
            throw new StartException(
                    "java.io.tmpdir: Expected a folder that exists, is writable and has room, found " + temporary + " ("
                            + e + "). Make room or create it, or name another with the JVM's option"
                            + " -Djava.io.tmpdir=DIR (CLIPSTREAM_JAVA_OPTS)",
                    e);
        }
    }

    /// Returns a new folder; null: another process that starts took it for one of a killed process, because it saw the
    /// file before it was locked.
    private static @Nullable ProcessFolder create(Path temporary) throws IOException {
        Path folder = Files.createTempDirectory(temporary, ownPrefix());
        try {
            FileChannel channel = lock(folder, StandardOpenOption.CREATE_NEW);
            if (channel == null) {
                return null;
            }
            if (Files.exists(folder.resolve(LOCK))) {
                return new ProcessFolder(folder, channel);
            }
            channel.close();
            return null;
        } catch (IOException e) {
            delete(folder);
            throw e;
        }
    }

    /// Returns the folder, which exists.
    public Path path() {
        return path;
    }

    /// Returns how the names of this process's folders begin. With the time of its start, because in containers every
    /// process has the id 1.
    private static String ownPrefix() {
        ProcessHandle own = ProcessHandle.current();
        long start = own.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
        return PREFIX + own.pid() + "-" + start + "-";
    }

    /// Passes over the folders of this process: POSIX releases all of a process's locks on a file when the process
    /// closes any channel to it, so trying such a lock would release it.
    private static void removeAbandoned(Path temporary) throws IOException {
        String own = ownPrefix();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(temporary, PREFIX + "*")) {
            for (Path folder : folders) {
                if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                        && !folder.getFileName().toString().startsWith(own)) {
                    removeIfAbandoned(folder);
                }
            }
        }
    }

    private static void removeIfAbandoned(Path folder) {
        if (!Files.isRegularFile(folder.resolve(LOCK), LinkOption.NOFOLLOW_LINKS)) {
            return; // just created, or not ours: to open a pipe would block
        }
        try (FileChannel free = lock(folder, StandardOpenOption.WRITE)) {
            if (free != null) {
                delete(folder);
            }
        } catch (IOException e) {
            LOG.debug("Left alone, because it is another user's or was just created: {}", folder, e);
        }
    }

    /// Locks the file of a folder.
    ///
    /// @return the channel that holds the lock; null: another process, or this one, holds it
    private static @Nullable FileChannel lock(Path folder, StandardOpenOption mode) throws IOException {
        FileChannel channel = FileChannel.open(folder.resolve(LOCK), mode, StandardOpenOption.WRITE);
        try {
            FileLock held = channel.tryLock();
            if (held != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            LOG.debug("This process holds the lock of {}", folder, e);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        return null;
    }

    /// Deletes the folder.
    @Override
    public void close() {
        try {
            delete(path);
            lock.close();
        } catch (IOException e) {
            LOG.warn("Cannot delete the temporary folder {}", path, e);
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.sorted(Comparator.reverseOrder()).toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }
}
