package dev.clipstream.natives;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// Unpacks the files of a native library from the class path into a folder.
///
/// A file gets its name only when it is complete, so a process that is killed leaves no half library behind. What it
/// does leave, a part of a file under another name, the next process deletes. Processes wait for each other.
public final class UnpackedLibrary {
    private static final String PART = ".part";

    private UnpackedLibrary() {}

    /// Unpacks the files that the folder does not have. A file with the same name and size is the same.
    ///
    /// @param files resources; their names are those of the files
    /// @throws IOException if one cannot be written; then no part of it is left
    public static void into(Path folder, List<URL> files) throws IOException {
        try (FileChannel lock = FileChannel.open(
                        folder.resolveSibling(folder.getFileName() + ".lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
                FileLock _ = lock.lock()) {
            try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, "*" + PART)) {
                for (Path part : parts) {
                    Files.delete(part);
                }
            }
            for (URL file : files) {
                Path target = folder.resolve(name(file));
                if (!Files.exists(target) || Files.size(target) != size(file)) {
                    unpack(file, target);
                }
            }
        }
    }

    /// Returns the bytes of a file when it is unpacked.
    public static long size(URL file) throws IOException {
        return file.openConnection().getContentLengthLong();
    }

    private static String name(URL file) {
        return file.getPath().substring(file.getPath().lastIndexOf('/') + 1);
    }

    private static void unpack(URL file, Path target) throws IOException {
        Path part = target.resolveSibling(target.getFileName() + PART);
        try {
            try (InputStream from = file.openStream();
                    FileChannel to = FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                from.transferTo(Channels.newOutputStream(to));
                to.force(true); // before the name, so that a power cut leaves no hole
            }
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
