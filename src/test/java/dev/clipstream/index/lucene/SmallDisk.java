package dev.clipstream.index.lucene;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A disk that can be full: a tmpfs of 4 MiB, which only root may mount.
final class SmallDisk implements AutoCloseable {
    private static final int KIB = 1024;

    private final Path folder;
    private final Path ballast;

    private SmallDisk(Path folder) {
        this.folder = folder;
        this.ballast = folder.resolve("ballast");
    }

    /// Mounts the disk, or skips the test where this process may not.
    static SmallDisk mount(Path folder) throws IOException, InterruptedException {
        List<String> mount = List.of("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder.toString());
        String refusal;
        try {
            refusal = run(mount);
        } catch (IOException e) {
            refusal = e.toString();
        }
        assumeTrue(refusal.isEmpty(), "Expected to mount a small disk, which root on Linux may: " + refusal);
        return new SmallDisk(folder);
    }

    Path folder() {
        return folder;
    }

    /// Leaves some KiB free.
    void fill(int free) throws IOException {
        Files.write(ballast, new byte[Math.toIntExact(Files.getFileStore(folder).getUsableSpace()) - free * KIB]);
    }

    void makeRoom() throws IOException {
        Files.delete(ballast);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        String failure = run(List.of("umount", "--lazy", folder.toString()));
        if (!failure.isEmpty()) {
            throw new IOException(failure);
        }
    }

    /// Returns what a command complained about; empty: nothing.
    private static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        int status = process.waitFor();
        return status == 0 ? "" : "exit code " + status + ", " + said;
    }
}
