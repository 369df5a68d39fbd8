package dev.clipstream.clip.bundle;

import java.nio.file.Path;
import java.util.Optional;

/// A model bundle on this machine, and what is known about it besides its files.
///
/// @param folder that holds its files
/// @param id     its name in records; empty if its files or its folder name it
/// @param commit of the repository that it was pulled from; empty for a user's own folder
/// @param scale  learned scale, read from the original weights when it was pulled; empty if unknown
public record LocalBundle(Path folder, Optional<String> id, Optional<String> commit, Optional<LearnedScale> scale) {

    /// Returns the bundle in a user's own folder.
    public static LocalBundle of(Path folder) {
        return new LocalBundle(folder, Optional.empty(), Optional.empty(), Optional.empty());
    }
}
