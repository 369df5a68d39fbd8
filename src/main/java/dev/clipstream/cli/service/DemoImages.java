package dev.clipstream.cli.service;

import dev.clipstream.cli.input.MediaPaths;
import dev.clipstream.runtime.settings.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The images that the demo starts with: the samples or the user's own.
///
/// @param all  in the order in which they are published
/// @param own  whether they are the user's own
record DemoImages(List<DemoImage> all, boolean own) {

    /// An image with its media id.
    record DemoImage(String mediaId, Path file) {}

    /// Returns the user's images, or the samples if there are no arguments.
    ///
    /// @param arguments files, folders and globs
    /// @throws IllegalArgumentException if an argument leads to no image
    static DemoImages of(List<String> arguments) throws IOException {
        return arguments.isEmpty() ? samples() : own(arguments);
    }

    private static DemoImages samples() throws IOException {
        try (Stream<Path> files = Files.list(Home.samples())) {
            return new DemoImages(
                    files.filter(MediaPaths::isImage)
                            .sorted()
                            .map(file -> new DemoImage(file.getFileName().toString(), file))
                            .toList(),
                    false);
        }
    }

    private static DemoImages own(List<String> arguments) {
        return new DemoImages(
                MediaPaths.of(arguments)
                        .map(input -> {
                            if (input.file() == null) {
                                throw new IllegalArgumentException(input.given() + ": "
                                        + (input.error() == null
                                                ? "expected a file or folder, found a URI"
                                                : input.error()));
                            }
                            return new DemoImage(input.given(), input.file());
                        })
                        .toList(),
                true);
    }

    /// Returns the folders that the service must be allowed to read: real paths, because the service compares those.
    Set<Path> folders() throws IOException {
        Set<Path> folders = new LinkedHashSet<>();
        for (DemoImage image : all) {
            folders.add(image.file().toRealPath().getParent());
        }
        return folders.stream()
                .filter(folder ->
                        folders.stream().noneMatch(other -> !other.equals(folder) && folder.startsWith(other)))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
