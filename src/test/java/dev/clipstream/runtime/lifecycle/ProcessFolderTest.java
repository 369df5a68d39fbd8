package dev.clipstream.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.runtime.settings.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

    @Test
    void aLockThatIsNoFileIsNotOpened() throws Exception {
        // given: opening a pipe for writing blocks until somebody reads it
        Path other = Files.createTempDirectory("clipstream-process-");
        Path pipe = other.resolve("lock");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();

        // when
        ProcessFolder.create().close();

        // then
        assertThat(pipe).exists();
        Files.delete(pipe);
        Files.delete(other);
    }

    @Test
    void processesThatStartTogetherAllGetAFolder() throws Exception {
        List<Process> others = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            others.add(new ProcessBuilder(
                            ProcessHandle.current().info().command().orElseThrow(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Many.class.getName())
                    .inheritIO()
                    .start());
        }
        for (Process other : others) {
            assertThat(other.waitFor(1, TimeUnit.MINUTES)).isTrue();
            assertThat(other.exitValue()).isZero();
        }
    }

    /// A process that creates folders while others do.
    static final class Many {
        public static void main(String[] arguments) throws StartException {
            for (int i = 0; i < 100; i++) {
                try (ProcessFolder folder = ProcessFolder.create()) {
                    if (!Files.exists(folder.path())) {
                        throw new IllegalStateException("Deleted: " + folder.path());
                    }
                }
            }
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
