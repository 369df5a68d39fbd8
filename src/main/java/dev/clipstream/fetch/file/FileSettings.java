package dev.clipstream.fetch.file;

import java.nio.file.Path;
import java.util.List;

/// The settings of [FileSource].
///
/// @param allowedRoots existing folders below which files may be read. Empty: every file is refused
public record FileSettings(List<Path> allowedRoots) {

    public FileSettings {
        allowedRoots = List.copyOf(allowedRoots);
    }
}
