package dev.clipstream.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnpackedLibraryTest {
    private static final FileTime EARLIER = FileTime.from(Instant.EPOCH);

    @TempDir
    private Path temporary;

    private Path folder;
    private List<URL> library;

    @BeforeEach
    void aLibrary() throws IOException {
        folder = Files.createDirectory(temporary.resolve("cache"));
        Path file = Files.writeString(temporary.resolve("libsome.so"), "machine code");
        library = List.of(file.toUri().toURL());
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void aLibraryIsUnpackedOnceAndFoundAgain() throws IOException {
        // given
        UnpackedLibrary.into(folder, library);
        Files.setLastModifiedTime(folder.resolve("libsome.so"), EARLIER);

        // when
        UnpackedLibrary.into(folder, library);

        // then
        assertThat(folder.resolve("libsome.so")).hasContent("machine code");
        assertThat(Files.getLastModifiedTime(folder.resolve("libsome.so"))).isEqualTo(EARLIER);
    }

    @Test
    void whatAKilledProcessHasLeftIsReplaced() throws IOException {
        // given
        Files.writeString(folder.resolve("libsome.so.part"), "machine");
        Files.writeString(folder.resolve("libother.so.part"), "mach");
        Files.writeString(folder.resolve("libsome.so"), "older");

        // when
        UnpackedLibrary.into(folder, library);

        // then
        assertThat(files()).containsExactly("libsome.so");
        assertThat(folder.resolve("libsome.so")).hasContent("machine code");
    }

    @Test
    void nothingIsLeftOfAFileThatCannotBeUnpacked() throws IOException {
        // given
        List<URL> missing = List.of(temporary.resolve("missing.so").toUri().toURL());

        // then
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> UnpackedLibrary.into(folder, missing));
        assertThat(files()).isEmpty();
    }
}
