package dev.clipstream.natives;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Chooses the folder of native libraries: the first of these that this user owns, from which the system loads
/// programs, and which has room.
///
/// 1. the system property `clipstream.natives`, and no other if it is set
/// 2. `$XDG_CACHE_HOME/clipstream/natives`, by default `~/.cache/clipstream/natives`
/// 3. `clipstream-natives-USER` in the temporary folder
///
/// A folder that others may write could make this process load their code, so it is not used. Safe for use by many
/// threads and processes.
public final class NativeFolder {
    /// The system property that names the folder.
    public static final String PROPERTY = "clipstream.natives";

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    private NativeFolder() {}

    /// Returns the folder of one library, which exists. A library that is in it already needs no more room.
    ///
    /// @param library name of the folder in the folder of all libraries
    /// @param bytes   room that the library needs
    /// @throws NativeFolderException if no folder can be used
    public static Path of(String library, long bytes) throws NativeFolderException {
        List<String> refused = new ArrayList<>();
        for (Path candidate : candidates()) {
            Path folder = candidate.resolve(library);
            Optional<String> refusal = refusal(candidate, folder, bytes);
            if (refusal.isEmpty()) {
                return folder;
            }
            removeIfEmpty(candidate);
            refused.add(candidate + " (" + refusal.get() + ")");
        }
        throw new NativeFolderException(
                "a folder of this user with " + (bytes >> 20) + " MiB of room, from which programs may be loaded",
                String.join(" and ", refused),
                "name such a folder with the JVM's option -D" + PROPERTY + "=DIR (CLIPSTREAM_JAVA_OPTS)");
    }

    private static List<Path> candidates() {
        String named = System.getProperty(PROPERTY);
        if (named != null) {
            return List.of(Path.of(named).toAbsolutePath());
        }
        List<Path> candidates = new ArrayList<>();
        String cache = System.getenv("XDG_CACHE_HOME");
        Path home = Path.of(System.getProperty("user.home", ""));
        if (cache != null && Path.of(cache).isAbsolute()) {
            candidates.add(Path.of(cache, "clipstream", "natives"));
        } else if (home.isAbsolute() && Files.isDirectory(home)) { // a user without a home has "?"
            candidates.add(home.resolve(Path.of(".cache", "clipstream", "natives")));
        }
        candidates.add(Path.of(
                System.getProperty("java.io.tmpdir"),
                "clipstream-natives-" + System.getProperty("user.name").replaceAll("[^A-Za-z0-9_-]", "_")));
        return candidates;
    }

    /// Prepares a folder.
    ///
    /// @return why it cannot be used, a phrase; empty: it can
    private static Optional<String> refusal(Path all, Path folder, long bytes) {
        try {
            create(all);
            Path probe = Files.createTempFile(all, "probe", ".tmp");
            try {
                if (!isPrivate(all, probe)) {
                    return Optional.of("others may write it");
                }
                if (!probe.toFile().setExecutable(true) || !Files.isExecutable(probe)) {
                    return Optional.of("its file system is mounted noexec");
                }
            } finally {
                Files.deleteIfExists(probe);
            }
            long room = Files.getFileStore(all).getUsableSpace();
            if (room < bytes && isEmpty(folder)) {
                return Optional.of((room >> 20) + " MiB of room");
            }
            create(folder);
            return Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.of("a missing folder");
        } catch (IOException e) {
            return Optional.of("not writable: " + e.getMessage());
        }
    }

    /// Creates a folder for this user only. The temporary folder is not created, because its absence is a mistake.
    private static void create(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Path parent = folder.getParent();
        if (parent != null && !parent.equals(Path.of(System.getProperty("java.io.tmpdir")))) {
            create(parent);
        }
        boolean posix = parent != null && Files.getFileAttributeView(parent, PosixFileAttributeView.class) != null;
        FileAttribute<?>[] attributes = posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
        try {
            Files.createDirectory(folder, attributes);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) { // another process may have created it
                throw e;
            }
        }
    }

    /// @param own a file that this process has created there
    private static boolean isPrivate(Path folder, Path own) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(folder, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (view == null || System.getProperty(PROPERTY) != null) {
            return true; // a file system without owners, or a folder that the user chose
        }
        Set<PosixFilePermission> permissions = view.readAttributes().permissions();
        return view.getOwner().equals(Files.getOwner(own))
                && !permissions.contains(PosixFilePermission.GROUP_WRITE)
                && !permissions.contains(PosixFilePermission.OTHERS_WRITE);
    }

    private static void removeIfEmpty(Path folder) {
        try {
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            // in use, or not ours to delete
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return true;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }
}
