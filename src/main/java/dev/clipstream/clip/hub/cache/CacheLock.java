package dev.clipstream.clip.hub.cache;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A lock between processes: that of `flock`, which the Python clients take on the same files. The locks of Java's file
/// channels are those of `fcntl`, which `flock` does not see.
///
/// Also excludes the threads of one process from each other. Ends with the process that holds it.
public final class CacheLock implements AutoCloseable {
    private static final int READ_WRITE = 2;
    private static final int EXCLUSIVE_WITHOUT_WAITING = 2 | 4;
    private static final long PAUSE_MILLIS = 100;
    /// A second: a lock that another thread has for a moment is no news.
    private static final long WAITS_BEFORE_NOTICE = 10;

    private static final int MISSING = 2;
    /// EINTR and EWOULDBLOCK, which Linux and macOS number differently.
    private static final Set<Integer> LATER = Set.of(4, 11, 35);

    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final MethodHandle OPEN = function("open", ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    private static final MethodHandle FLOCK = function("flock", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    private static final MethodHandle CLOSE = function("close", ValueLayout.JAVA_INT);

    private final int descriptor;

    private CacheLock(int descriptor) {
        this.descriptor = descriptor;
    }

    private static MethodHandle function(String name, MemoryLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments),
                Linker.Option.captureCallState("errno"));
    }

    /// Waits for the lock of a file, which is created if it is missing.
    ///
    /// @param waiting hears once that another process has the lock
    public static CacheLock take(Path file, Consumer<String> waiting) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        for (long waits = 0; ; waits++) {
            Optional<CacheLock> lock = attempt(file);
            if (lock.isPresent()) {
                return lock.get();
            }
            if (waits == WAITS_BEFORE_NOTICE) {
                waiting.accept("Waiting for another process that pulls into "
                        + file.toAbsolutePath().getParent());
            }
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while another process writes " + file.getFileName());
            }
        }
    }

    /// Takes the lock if nobody holds it. Whoever released it may have deleted the file: then the lock is void.
    private static Optional<CacheLock> attempt(Path file) throws IOException {
        try {
            Files.createFile(file);
        } catch (FileAlreadyExistsException e) {
            // as usual
        }
        Object before = inode(file);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MemorySegment path = arena.allocateFrom(file.toAbsolutePath().toString());
            int descriptor = (int) OPEN.invokeExact(state, path, READ_WRITE);
            if (descriptor < 0) {
                if (errno(state) == MISSING) {
                    return Optional.empty();
                }
                throw refused(file, "cannot be opened", state);
            }
            boolean locked = (int) FLOCK.invokeExact(state, descriptor, EXCLUSIVE_WITHOUT_WAITING) == 0;
            if (locked && before != null && Objects.equals(before, inode(file))) {
                return Optional.of(new CacheLock(descriptor));
            }
            close(descriptor);
            if (!locked && !LATER.contains(errno(state))) {
                throw refused(file, "Expected a file system with locks", state);
            }
            return Optional.empty();
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("Expected a system call to return, found " + e, e);
        }
    }

    /// @return null if the file is missing
    private static @Nullable Object inode(Path file) throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private static FileSystemException refused(Path file, String reason, MemorySegment state) {
        return new FileSystemException(file.toString(), null, reason + ", error " + errno(state));
    }

    private static int errno(MemorySegment state) {
        return state.get(ValueLayout.JAVA_INT, STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno")));
    }

    private static void close(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            int _ = (int) CLOSE.invokeExact(arena.allocate(STATE), descriptor);
        } catch (Throwable e) {
            throw new IllegalStateException("Expected a system call to return, found " + e, e);
        }
    }

    @Override
    public void close() {
        close(descriptor);
    }
}
