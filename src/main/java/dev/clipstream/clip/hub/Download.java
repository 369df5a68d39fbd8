package dev.clipstream.clip.hub;

import dev.clipstream.clip.hub.cache.CacheLock;
import dev.clipstream.clip.hub.cache.CachedFile;
import dev.clipstream.clip.hub.http.HubConnection;
import dev.clipstream.clip.hub.http.RefusedException;
import dev.clipstream.clip.hub.http.StatusException;
import dev.clipstream.clip.hub.remote.RemoteFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Brings one file into the cache. What an earlier attempt left behind is kept, whether it ended by a cut connection or
/// by the death of its process; readers see the file only when it is complete and its checksum is right.
///
/// Used by one thread.
final class Download {
    private static final int BUFFER_BYTES = 1 << 18;
    /// Bytes that an attempt must bring to count as progress, so that a drip comes to an end.
    private static final int PROGRESS_BYTES = 1 << 14;
    private static final Pattern RANGE = Pattern.compile("bytes (\\d{1,18})-\\d{1,18}/(\\d{1,18}|\\*)");

    private final HubConnection connection;
    private final RemoteFile remote;
    private final CachedFile cached;
    private final boolean verify;
    private final PullObserver observer;
    private MessageDigest digest;
    private boolean right;
    private boolean collected;

    /// @param verify whether a file that is there is hashed, and replaced if it is another one or damaged
    Download(HubConnection connection, RemoteFile remote, CachedFile cached, boolean verify, PullObserver observer) {
        this.connection = connection;
        this.remote = remote;
        this.cached = cached;
        this.verify = verify;
        this.observer = observer;
        this.digest = remote.checksum().begin(remote.size());
    }

    /// Returns whether readers find the right file.
    boolean isThere() throws IOException {
        return cached.isThere(remote.size()) && isRight(cached.link());
    }

    /// Returns whether its bytes are in the cache, be they linked or not.
    boolean isStored() throws IOException {
        return cached.isStored(remote.size()) && isRight(cached.content());
    }

    private boolean isRight(Path file) throws IOException {
        if (!verify) {
            return true;
        }
        try (FileChannel bytes = FileChannel.open(file)) {
            hash(bytes);
        }
        return remote.checksum().matches(digest);
    }

    private CacheLock lock() throws IOException {
        return CacheLock.take(cached.lock(), observer::warned);
    }

    /// Collects the bytes; readers find them after [#publish] only if they replace others. Waits for another process
    /// that writes the same file, and takes its result.
    void fetch() throws IOException {
        try (CacheLock _ = lock()) {
            if (isThere() || isStored()) {
                observer.received(remote.size() - left());
                return;
            }
            Files.createDirectories(cached.content().toAbsolutePath().getParent());
            collectRight();
            if (Files.exists(cached.content())) {
                collected = true;
            } else {
                cached.publish();
            }
        }
    }

    /// Lets readers find the file.
    void publish() throws IOException {
        try (CacheLock _ = lock()) {
            if (collected && !isStored()) {
                cached.publish();
            }
            cached.connect();
        }
    }

    /// Links a file whose bytes are there already.
    void link() throws IOException {
        try (CacheLock _ = lock()) {
            cached.connect();
        }
    }

    /// Returns the bytes that an earlier attempt left behind.
    long left() throws IOException {
        Path incomplete = cached.incomplete();
        long left = Files.isRegularFile(incomplete) ? Files.size(incomplete) : 0;
        return left > remote.size() ? 0 : left;
    }

    private void collectRight() throws IOException {
        boolean resumed = left() > 0;
        collect();
        if (!right && resumed) {
            // the bytes that were left behind may have been wrong; those of a whole download are the server's
            restart();
            collect();
        }
        if (!right) {
            restart();
            throw new RefusedException("Expected " + remote.path() + " with " + remote.checksum() + " from "
                    + remote.uri().getHost() + ", found other bytes");
        }
    }

    private void restart() throws IOException {
        observer.received(-remote.size());
        Files.deleteIfExists(cached.incomplete());
    }

    /// Collects the whole file.
    private void collect() throws IOException {
        try (FileChannel file = FileChannel.open(
                cached.incomplete(), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (file.size() > remote.size()) {
                file.truncate(0);
            }
            hash(file);
            int failures = 0;
            while (file.position() < remote.size()) {
                long before = file.position();
                try {
                    append(file);
                } catch (IOException e) {
                    failures = file.position() - before >= PROGRESS_BYTES ? 1 : failures + 1;
                    connection.pauseAfter(e, failures);
                }
            }
            force(file);
        }
        right = remote.checksum().matches(digest);
    }

    private void hash(FileChannel file) throws IOException {
        digest = remote.checksum().begin(remote.size());
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        long size = file.size();
        file.position(0);
        while (file.position() < size && file.read(buffer) >= 0) {
            digest.update(buffer.flip());
            buffer.clear();
        }
    }

    private void append(FileChannel file) throws IOException {
        HttpResponse<InputStream> response;
        try {
            response = connection.open(remote.uri(), file.position());
        } catch (StatusException e) {
            if (e.status() != 416 || file.position() == 0) {
                throw e;
            }
            response = connection.open(remote.uri(), 0);
        }
        try (InputStream body = connection.watched(response)) {
            if (!continues(response, file.position())) {
                observer.received(-file.position());
                file.truncate(0);
                digest = remote.checksum().begin(remote.size());
            }
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int read = read(body, buffer, file); read >= 0; read = read(body, buffer, file)) {
                if (file.position() + read > remote.size()) {
                    throw new RefusedException("Expected " + remote.size() + " bytes of " + remote.path() + " from "
                            + remote.uri().getHost() + ", found more");
                }
                write(file, ByteBuffer.wrap(buffer, 0, read));
                digest.update(buffer, 0, read);
                observer.received(read);
            }
        }
        if (file.position() < remote.size()) {
            throw cut(file, "its end came too early", null);
        }
    }

    private int read(InputStream body, byte[] buffer, FileChannel file) throws IOException {
        try {
            return body.read(buffer);
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            throw cut(file, String.valueOf(e.getMessage()), e);
        }
    }

    private IOException cut(FileChannel file, String reason, @Nullable IOException cause) throws IOException {
        return new IOException(
                "the connection to " + remote.uri().getHost() + " ended after " + file.position() + " of "
                        + remote.size() + " bytes of " + remote.path() + ": " + reason,
                cause);
    }

    /// A full disk does not become empty by asking the server again.
    private void write(FileChannel file, ByteBuffer bytes) throws IOException {
        try {
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private void force(FileChannel file) throws IOException {
        try {
            file.force(true);
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private FileSystemException unwritable(IOException failure) {
        FileSystemException unwritable =
                new FileSystemException(cached.incomplete().toString(), null, failure.getMessage());
        unwritable.initCause(failure);
        return unwritable;
    }

    /// Returns whether an answer begins where the file ends; false if it begins with the first byte.
    private boolean continues(HttpResponse<InputStream> response, long position) throws RefusedException {
        if (position == 0 || response.statusCode() == 200) {
            return position == 0;
        }
        Matcher range =
                RANGE.matcher(response.headers().firstValue("Content-Range").orElse(""));
        if (!range.matches()
                || Long.parseLong(range.group(1)) != position
                || !(range.group(2).equals("*") || Long.parseLong(range.group(2)) == remote.size())) {
            throw new RefusedException("Expected " + remote.path() + " from byte " + position + " of " + remote.size()
                    + " from " + remote.uri().getHost() + ", found another part");
        }
        return true;
    }
}
