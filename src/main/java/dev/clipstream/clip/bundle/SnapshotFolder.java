package dev.clipstream.clip.bundle;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A folder in the cache of Hugging Face: `models--ORG--NAME/snapshots/COMMIT`, or a folder below it.
///
/// Its files are symbolic links to `models--ORG--NAME/blobs`, so a model in it reaches out of its own folder.
///
/// @param repository the folder `models--ORG--NAME`, which the links stay in
/// @param id         the model's name, `ORG/NAME`
/// @param commit     40 hexadecimal digits
public record SnapshotFolder(Path repository, String id, String commit) {
    private static final Pattern REPOSITORY = Pattern.compile("models--([\\w.-]+?)--([\\w.-]+)");
    /// Where Clipstream links the files of one of several models.
    private static final String VIEWS = ".clipstream";

    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

    /// Recognises a snapshot by its path.
    ///
    /// @param root a real path
    /// @return empty if the path is another folder's
    public static Optional<SnapshotFolder> of(Path root) {
        for (Path folder = root; folder != null; folder = folder.getParent()) {
            Path snapshots = folder.getParent();
            Path repository = snapshots == null ? null : snapshots.getParent();
            if (snapshots == null || repository == null || repository.getFileName() == null) {
                break;
            }
            Matcher name = REPOSITORY.matcher(repository.getFileName().toString());
            if ((snapshots.endsWith("snapshots") || snapshots.endsWith(VIEWS))
                    && named(COMMIT, folder)
                    && name.matches()) {
                return Optional.of(new SnapshotFolder(
                        repository, name.group(1) + "/" + name.group(2), String.valueOf(folder.getFileName())));
            }
        }
        return Optional.empty();
    }

    /// Returns the folder that the links of a bundle must stay in: its own, or the repository of a snapshot.
    ///
    /// @param root the bundle's real path
    public static Path reach(Path root) {
        return of(root).map(SnapshotFolder::repository).orElse(root);
    }

    private static boolean named(Pattern pattern, Path folder) {
        return pattern.matcher(String.valueOf(folder.getFileName())).matches();
    }
}
