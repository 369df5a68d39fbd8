package dev.clipstream.cli.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipstream.cli.service.DemoImages.DemoImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The images that the demo starts with.
class DemoImagesTest {
    @TempDir
    private Path folder;

    @Test
    void withoutArgumentsTheDemoHasTheSamples() throws IOException {
        DemoImages images = DemoImages.of(List.of());

        assertThat(images.own()).isFalse();
        assertThat(images.all()).hasSize(62).extracting(DemoImage::mediaId).contains("pizza.webp");
    }

    @Test
    void aFolderHasItsImagesAndThoseBelowAndTheServiceMayReadThem() throws IOException {
        // given
        Path nested = Files.createDirectories(folder.resolve("2026/summer"));
        Path linked = Files.createDirectories(folder.resolve("elsewhere"));
        Files.createFile(folder.resolve("2026/a.jpg"));
        Files.createFile(nested.resolve("a.jpg"));
        Files.createFile(folder.resolve("2026/notes.txt"));
        Files.createFile(linked.resolve("b.png"));
        Files.createSymbolicLink(nested.resolve("b.png"), linked.resolve("b.png"));

        // when
        DemoImages images = DemoImages.of(List.of(folder.resolve("2026").toString()));

        // then
        assertThat(images.own()).isTrue();
        assertThat(images.all())
                .extracting(image -> folder.relativize(Path.of(image.mediaId())).toString())
                .containsExactly("2026/a.jpg", "2026/summer/a.jpg", "2026/summer/b.png");
        assertThat(images.folders())
                .containsExactlyInAnyOrder(folder.resolve("2026").toRealPath(), linked.toRealPath());
    }

    @ParameterizedTest
    @CsvSource({
        "nosuch, 'nosuch: expected a file, folder, glob or URI, found no such file'",
        "https://example.com/a.jpg, 'https://example.com/a.jpg: expected a file or folder, found a URI'",
        "schemas, 'schemas: expected a folder with images'"
    })
    void anArgumentWithoutAnImageIsRefused(String argument, String message) {
        assertThatThrownBy(() -> DemoImages.of(List.of(argument)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }
}
