package dev.clipstream.fetch.file;

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

/// Opens a file below a folder without following symbolic links on the way.
///
/// Where the platform supports it (Linux, macOS), each folder is opened relative to the one before (openat), so that no
/// link can be inserted between check and use. Elsewhere only the last step refuses links, and the path is resolved
/// once more after opening.
final class GuardedOpen {
    private static final Set<? extends OpenOption> READ = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

    private GuardedOpen() {}

    /// Opens a file.
    ///
    /// @param root     the real path of a folder
    /// @param relative the path below it, without links when it was resolved
    /// @throws IOException if the file does not exist, is not regular, or has a link in its path meanwhile
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
            throw new LinkFoundException("Expected a path without links, found a link.");
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
        // opening a pipe would block; a pipe that replaces the file after this check runs into the deadline of the
        // fetch
        if (!folder.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes()
                .isRegularFile()) {
            throw new LinkFoundException("Expected a regular file, found something else.");
        }
        return folder.newByteChannel(name, READ);
    }
}
