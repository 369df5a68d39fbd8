package dev.clipstream.topology.embedding;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// An [EmbeddingApp] in its own JVM.
final class ChildApp implements AutoCloseable {
    private final Process process;
    private final Path log;

    ChildApp(EmbeddingApp.Settings settings, Path log) {
        this.log = log;
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Xmx384m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                EmbeddingApp.class.getName()));
        command.addAll(settings.toArguments());
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// Sends SIGKILL.
    void kill() throws InterruptedException {
        requireAlive();
        process.destroyForcibly().waitFor();
    }

    /// Sends SIGTERM: the app leaves the group.
    void end() throws InterruptedException {
        requireAlive();
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("Expected the app to end within 60 s, found:\n" + log());
        }
    }

    /// Sends SIGSTOP: the app stands still, and its brokers hear nothing from it.
    void suspend() throws InterruptedException {
        signal("STOP");
    }

    /// Sends SIGCONT: the app goes on as if no time had passed.
    void resume() throws InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws InterruptedException {
        requireAlive();
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                    .inheritIO()
                    .start();
            if (kill.waitFor() != 0) {
                throw new AssertionError(
                        "Expected to send SIG" + name + ", found that kill ended with " + kill.exitValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void requireAlive() {
        if (!isAlive()) {
            throw new AssertionError(
                    "Expected the app to run, found that it ended with " + process.exitValue() + ":\n" + log());
        }
    }

    private String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
