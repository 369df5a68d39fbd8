package dev.clipstream.clip.hub.cache;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;

/// The places of one file in a cache.
///
/// @param link    where readers find it
/// @param content where its bytes are: the same place, or the one that the link leads to
/// @param lock    held by whoever writes it
public record CachedFile(Path link, Path content, Path lock) {

    /// Returns where its bytes are collected until they are complete.
    public Path incomplete() {
        return content.resolveSibling(content.getFileName() + ".incomplete");
    }

    /// Returns whether readers find it, with the right size.
    public boolean isThere(long size) throws IOException {
        return Files.isRegularFile(link) && Files.size(link) == size;
    }

    /// Returns whether its bytes are there, with the right size, be they linked or not.
    public boolean isStored(long size) throws IOException {
        return Files.isRegularFile(content) && Files.size(content) == size;
    }

    /// Makes the complete bytes those of the file. They are readable under the link's name after [#connect].
    public void publish() throws IOException {
        move(incomplete(), content);
    }

    /// Lets the link lead to the bytes. A file system without symbolic links gets the bytes themselves.
    public void connect() throws IOException {
        if (link.equals(content)) {
            return;
        }
        Path folder = Objects.requireNonNull(link.toAbsolutePath().getParent(), "a link lies in a folder");
        Files.createDirectories(folder);
        Path target = folder.relativize(content.toAbsolutePath());
        Path fresh = link.resolveSibling(
                link.getFileName() + "." + ProcessHandle.current().pid() + ".link");
        try {
            Files.deleteIfExists(fresh);
            Files.createSymbolicLink(fresh, target);
        } catch (UnsupportedOperationException | FileSystemException e) {
            Files.copy(content, fresh, StandardCopyOption.REPLACE_EXISTING);
        }
        move(fresh, link);
    }

    private static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
