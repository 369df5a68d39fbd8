package dev.clipstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// The documents of the repository.
public final class Documents {
    /// Folders that hold no documents of ours, or whose contents come and go.
    static final Set<String> SKIPPED = Set.of(".git", "target", "clipstream-data", "node_modules");

    private Documents() {}

    /// Returns every Markdown file, relative to the repository.
    public static List<Path> all() throws IOException {
        List<Path> documents;
        try (Stream<Path> files = Files.walk(Path.of(""))) {
            documents = files.filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> Stream.of(file.toString().split("/", -1)).noneMatch(SKIPPED::contains))
                    .sorted()
                    .toList();
        }
        assertThat(documents).contains(Path.of("README.md"), Path.of("topologies/RATIONALE.md"));
        return documents;
    }
}
