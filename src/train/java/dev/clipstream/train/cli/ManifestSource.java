package dev.clipstream.train.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The option of a manifest of captioned images, one of the sources that a command accepts.
class ManifestSource {
    @Option(
            names = "--pairs",
            paramLabel = "MANIFEST",
            description = "JSON Lines of {\"image\": path, \"texts\": [...]}, or a CSV with columns image and text.")
    private @Nullable Path manifest;

    /// Returns the manifest's file, or null if another source was given.
    @Nullable
    Path manifest() {
        return manifest;
    }
}
