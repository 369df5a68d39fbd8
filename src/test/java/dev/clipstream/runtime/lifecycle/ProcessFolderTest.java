package dev.clipstream.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.runtime.settings.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
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
    void aSecondFolderLeavesTheFirstOneProtectedFromOtherProcesses() throws Exception {
        try (ProcessFolder first = ProcessFolder.create();
                ProcessFolder second = ProcessFolder.create()) {
            // when another process starts
            Process other = new ProcessBuilder(
                            ProcessHandle.current().info().command().orElseThrow(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Other.class.getName())
                    .inheritIO()
                    .start();
            assertThat(other.waitFor(1, TimeUnit.MINUTES)).isTrue();

            // then
            assertThat(other.exitValue()).isZero();
            assertThat(first.path()).exists();
            assertThat(second.path()).exists();
        }
    }

    /// Another process.
    static final class Other {
        public static void main(String[] arguments) throws StartException {
            ProcessFolder.create().close();
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
