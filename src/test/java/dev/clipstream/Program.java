package dev.clipstream;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The built program as its users run it: a process of its own, with real standard streams and exit codes.
public final class Program implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Process process;
    private final Path out;
    private final Path err;

    private Program(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /// How a finished program ended.
    public record Result(int exitCode, List<String> out, List<String> err) {
        public List<JsonNode> json() {
            return out.stream().map(JSON::readTree).toList();
        }

        @Override
        public String toString() {
            return "exit code " + exitCode + "\n--- out\n" + String.join("\n", out) + "\n--- err\n"
                    + String.join("\n", err);
        }
    }

    /// The process of a command, for a test that has its streams its own way.
    public static ProcessBuilder command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dclipstream.home=."));
        String jar = System.getProperty("clipstream.jar", "target/clipstream.jar");
        if (arguments.length > 0 && arguments[0].equals("train")) { // as the launcher does, with what trains beside it
            Path beside = Path.of(jar).resolveSibling("train-lib").resolve("*");
            command.addAll(List.of("-cp", jar + File.pathSeparator + beside, "dev.clipstream.cli.Clipstream"));
        } else {
            command.addAll(List.of("-jar", jar));
        }
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    /// Starts a command.
    public static Program start(String... arguments) {
        ProcessBuilder command = command(arguments);
        try {
            Path out = Files.createTempFile("clipstream-out", ".txt");
            Path err = Files.createTempFile("clipstream-err", ".txt");
            Process process = command.redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            process.getOutputStream().close();
            return new Program(process, out, err);
        } catch (IOException e) {
            throw new UncheckedIOException("The program does not start: " + command.command(), e);
        }
    }

    /// Runs a command to its end.
    public static Result run(String... arguments) {
        try (Program program = start(arguments)) {
            return program.awaitEnd();
        }
    }

    /// Waits for the end.
    public Result awaitEnd() {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("The program did not end within " + PATIENCE + "\n" + result());
            }
            return result();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /// Waits for a line on standard error.
    public String awaitTalk(Predicate<String> wanted) {
        return await(err, wanted);
    }

    /// Waits for a line on standard output.
    public String awaitData(Predicate<String> wanted) {
        return await(out, wanted);
    }

    private String await(Path stream, Predicate<String> wanted) {
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadlineNanos) {
            boolean ended = !process.isAlive();
            for (String line : lines(stream)) {
                if (wanted.test(line)) {
                    return line;
                }
            }
            if (ended) {
                break;
            }
            try {
                process.waitFor(50, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
        }
        throw new AssertionError("The line did not come\n" + (process.isAlive() ? lines(err) : result().toString()));
    }

    /// Standard error until now.
    public List<String> talk() {
        return lines(err);
    }

    /// Asks the program to stop (SIGTERM).
    public void terminate() {
        process.destroy();
    }

    private Result result() {
        return new Result(process.exitValue(), lines(out), lines(err));
    }

    private static List<String> lines(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            Files.deleteIfExists(out);
            Files.deleteIfExists(err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
