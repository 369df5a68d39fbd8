package dev.clipstream.natives;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

@ResourceLock(Resources.SYSTEM_PROPERTIES)
class NativeFolderTest {
    private static final long SMALL = 1;

    @TempDir
    private Path temporary;

    @BeforeEach
    void aFolder() {
        System.setProperty(NativeFolder.PROPERTY, temporary.resolve("a/b").toString());
    }

    @AfterEach
    void theDefault() {
        System.clearProperty(NativeFolder.PROPERTY);
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void theFolderOfALibraryIsCreatedForThisUserOnly() throws IOException {
        // when
        Path folder = NativeFolder.of("some", SMALL);

        // then
        assertThat(folder).isEqualTo(temporary.resolve("a/b/some")).isEmptyDirectory();
        assertThat(Files.getPosixFilePermissions(folder)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(NativeFolder.of("some", SMALL)).isEqualTo(folder);
        assertThat(folder.getParent()).isDirectoryNotContaining("glob:**probe*");
    }

    @Test
    void aFolderWithoutRoomIsRefusedUnlessItHasTheLibrary() throws IOException {
        assertThatExceptionOfType(NativeFolderException.class)
                .isThrownBy(() -> NativeFolder.of("some", Long.MAX_VALUE))
                .withMessageContaining("MiB of room)")
                .withMessageContaining("-Dclipstream.natives=DIR");
        assertThat(temporary.resolve("a/b")).doesNotExist();

        Files.writeString(NativeFolder.of("some", SMALL).resolve("libsome.so"), "machine code");
        assertThat(NativeFolder.of("some", Long.MAX_VALUE)).isEqualTo(temporary.resolve("a/b/some"));
    }

    @Test
    void aFileInPlaceOfTheFolderIsRefused() throws IOException {
        Files.writeString(temporary.resolve("a"), "a file");

        assertThatExceptionOfType(NativeFolderException.class)
                .isThrownBy(() -> NativeFolder.of("some", SMALL))
                .withMessageContaining("not writable");
        assertThat(temporary.resolve("a")).hasContent("a file");
    }
}
