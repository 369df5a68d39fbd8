package dev.clipstream.fetch;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.util.Set;

/// Opens a file below a folder without following a symbolic link on the way.
///
/// Where the platform can (Linux, macOS), each folder is opened relative to the one before (openat), so
/// that nobody can slip a link in between check and use. Elsewhere the last step alone refuses links,
/// and the path is resolved once more after opening.
final class GuardedOpen {
    private static final Set<? extends OpenOption> READ = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

    private GuardedOpen() {}

    /// @param root     real path of a folder
    /// @param relative path below it, with no link when it was resolved
    /// @throws IOException if it is not there, no regular file, or has a link by now
    static SeekableByteChannel below(Path root, Path relative) throws IOException {
        try (DirectoryStream<Path> folder = Files.newDirectoryStream(root)) {
            if (folder instanceof SecureDirectoryStream<Path> secure) {
                return walk(secure, relative);
            }
        }
        Path file = root.resolve(relative);
        SeekableByteChannel opened = Files.newByteChannel(file, READ);
        if (!file.toRealPath().equals(file)) {
            opened.close();
            throw new LinkFoundException("a link in the way");
        }
        return opened;
    }

    private static SeekableByteChannel walk(SecureDirectoryStream<Path> folder, Path relative) throws IOException {
        Path name = relative.getName(0);
        if (relative.getNameCount() > 1) {
            try (SecureDirectoryStream<Path> next = folder.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
                return walk(next, relative.subpath(1, relative.getNameCount()));
            }
        }
        // A pipe would block whoever opens it, hence this look; one that comes after it meets the fetch's deadline.
        if (!folder.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes()
                .isRegularFile()) {
            throw new LinkFoundException("no regular file any more");
        }
        return folder.newByteChannel(name, READ);
    }
}
