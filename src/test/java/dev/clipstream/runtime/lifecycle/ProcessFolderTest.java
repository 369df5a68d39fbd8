package dev.clipstream.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.runtime.settings.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ProcessFolderTest {

    @Test
    void theFolderOfADeadProcessIsDeletedAndThatOfALiveOneIsNot() throws IOException, StartException {
        try (ProcessFolder live = ProcessFolder.create()) {
            // given: nobody holds this lock
            Path dead = Files.createTempDirectory("clipstream-process-");
            Files.createFile(dead.resolve("lock"));
            Files.writeString(
                    Files.createDirectories(dead.resolve("tomcat/work")).resolve("file"), "content");
            Files.writeString(live.path().resolve("file"), "content");

            // when
            try (ProcessFolder next = ProcessFolder.create()) {
                // then
                assertThat(next.path()).isDirectory();
                assertThat(dead).doesNotExist();
                assertThat(live.path().resolve("file")).hasContent("content");
            }
        }
    }

    @Test
    void theFolderIsDeletedWithItsFilesWhenItIsClosed() throws IOException, StartException {
        ProcessFolder folder = ProcessFolder.create();
        Files.writeString(folder.path().resolve("file"), "content");

        folder.close();

        assertThat(folder.path()).doesNotExist();
    }
}
