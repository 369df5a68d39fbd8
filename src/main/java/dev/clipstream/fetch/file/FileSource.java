package dev.clipstream.fetch.file;

import dev.clipstream.event.RejectionReason;
import dev.clipstream.fetch.FetchException;
import dev.clipstream.fetch.Intake;
import dev.clipstream.fetch.MediaSource;
import dev.clipstream.fetch.RedactedUri;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads `file:` URIs below allowed folders.
///
/// A path is checked twice: as written, so that nothing outside is even looked at, and with its symbolic links
/// resolved. Then [GuardedOpen] walks down from the root without following links, so that replacing a folder by a
/// link after the check has no effect. Only regular files are read. Immutable.
public final class FileSource implements MediaSource {
    private final List<Root> roots;

    /// @param written the path as configured, absolute and normalised
    /// @param real    the path with its links resolved
    private record Root(Path written, Path real) {}

    /// @param settings the allowed folders
    /// @throws IllegalArgumentException if one of them is not an existing folder
    public FileSource(FileSettings settings) {
        this.roots = settings.allowedRoots().stream().map(FileSource::root).toList();
    }

    private static Root root(Path folder) {
        try {
            Path real = folder.toRealPath();
            if (Files.isDirectory(real)) {
                return new Root(folder.toAbsolutePath().normalize(), real);
            }
            throw refusedRoot(folder, "something else", null);
        } catch (IOException missing) {
            throw refusedRoot(folder, missing.toString(), missing);
        }
    }

    private static IllegalArgumentException refusedRoot(Path folder, String found, @Nullable IOException cause) {
        return new IllegalArgumentException(
                "Expected a folder at the allowed root " + folder + ", found " + found
                        + ". Correct fetch.allowed-roots.",
                cause);
    }

    @Override
    public Set<String> schemes() {
        return Set.of("file");
    }

    @Override
    public byte[] fetch(URI uri, Intake intake) throws FetchException, InterruptedException {
        Path path = path(uri);
        if (roots.stream().noneMatch(root -> path.startsWith(root.written) || path.startsWith(root.real))) {
            throw outside(uri);
        }
        try {
            Path real = path.toRealPath();
            Root root = roots.stream()
                    .filter(candidate -> real.startsWith(candidate.real))
                    .findFirst()
                    .orElseThrow(() -> outside(uri));
            long maxBytes = intake.maxBytes();
            long size = regularSize(uri, Files.readAttributes(real, BasicFileAttributes.class), maxBytes);
            try (InputStream file = Channels.newInputStream(GuardedOpen.below(root.real, root.real.relativize(real)))) {
                return intake.read(file, size, maxBytes, () -> tooLarge(uri, "more", maxBytes));
            }
        } catch (ClosedByInterruptException interrupted) {
            throw interruption(interrupted);
        } catch (IOException failed) {
            throw failure(uri, path, failed);
        }
    }

    private static Path path(URI uri) throws FetchException {
        if (uri.isOpaque()
                || uri.getRawAuthority() != null
                || uri.getRawQuery() != null
                || uri.getRawFragment() != null) {
            throw badUri(uri, null);
        }
        try {
            return Path.of(uri).normalize();
        } catch (IllegalArgumentException malformed) {
            throw badUri(uri, malformed);
        }
    }

    private static FetchException badUri(URI uri, @Nullable IllegalArgumentException cause) {
        return new FetchException(
                RejectionReason.BAD_URI,
                "Expected file:///absolute/path without host, query or fragment, found " + RedactedUri.of(uri)
                        + ". Percent-encode ? and # in the name.",
                cause);
    }

    private static long regularSize(URI uri, BasicFileAttributes attributes, long maxBytes) throws FetchException {
        if (!attributes.isRegularFile()) {
            throw new FetchException(
                    RejectionReason.PATH_REFUSED,
                    "Expected a regular file, found " + (attributes.isDirectory() ? "a folder" : "a device or pipe")
                            + " at " + RedactedUri.of(uri) + ". Give the path of a file.",
                    null);
        }
        if (attributes.size() > maxBytes) {
            throw tooLarge(uri, Long.toString(attributes.size()), maxBytes);
        }
        return attributes.size();
    }

    private FetchException outside(URI uri) {
        return new FetchException(
                RejectionReason.PATH_REFUSED,
                "Expected a file below one of " + roots.size() + " allowed roots, found " + RedactedUri.of(uri)
                        + ". Move it there, or add its folder to fetch.allowed-roots.",
                null);
    }

    private static FetchException tooLarge(URI uri, String found, long maxBytes) {
        return new FetchException(
                RejectionReason.TOO_LARGE,
                "Expected at most " + maxBytes + " bytes, found " + found + " at " + RedactedUri.of(uri)
                        + ". Shrink the image, or raise embedding.max-bytes.",
                null);
    }

    private static FetchException failure(URI uri, Path path, IOException failed) {
        return switch (failed) {
            case IOException _
            when failed instanceof NoSuchFileException || isBelowFile(path) ->
                new FetchException(
                        RejectionReason.NOT_FOUND,
                        "Expected a file at " + RedactedUri.of(uri) + ", found none. Upload it first.",
                        failed);
            case AccessDeniedException _ ->
                new FetchException(
                        RejectionReason.FORBIDDEN,
                        "Expected a readable file at " + RedactedUri.of(uri)
                                + ", found one that this service cannot read. Change its permissions.",
                        failed);
            case LinkFoundException _ ->
                new FetchException(
                        RejectionReason.PATH_REFUSED,
                        "Expected " + RedactedUri.of(uri)
                                + " to stay in place, found that a link replaced a part of its path. Upload it again.",
                        failed);
            default ->
                new FetchException(
                        RejectionReason.UNREACHABLE,
                        "Expected to read " + RedactedUri.of(uri) + ", found " + failed + ". Try again later.",
                        failed);
        };
    }

    /// Returns whether a parent of the path is a file. The JDK has no exception for the system's error (ENOTDIR).
    private static boolean isBelowFile(Path path) {
        Path parent = path.getParent();
        while (parent != null && !Files.exists(parent)) {
            parent = parent.getParent();
        }
        return parent != null && Files.isRegularFile(parent);
    }

    private static InterruptedException interruption(IOException cause) {
        Thread.interrupted();
        InterruptedException interrupted = new InterruptedException("Interrupted while reading a file");
        interrupted.initCause(cause);
        return interrupted;
    }
}
