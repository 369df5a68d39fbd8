package dev.clipstream.train.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Pictures with captions in a list: one of the ways to name some, which a command puts others beside.
class ManifestSource {
    @Option(
            names = "--pairs",
            paramLabel = "MANIFEST",
            description =
                    "JSON OutputLine of {\"image\": path, \"texts\": [...]}, or a CSV with columns image and text.")
    private @Nullable Path manifest;

    /// The list's file; null: another way was taken.
    @Nullable
    Path manifest() {
        return manifest;
    }
}
