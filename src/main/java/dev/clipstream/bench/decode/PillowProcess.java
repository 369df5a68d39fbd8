package dev.clipstream.bench.decode;

import dev.clipstream.bench.BenchmarkException;
import dev.clipstream.bench.ProcessDeadline;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Pillow in a Python process. It runs the script `pillow.py` and ends with its standard input. Owns the process; used
/// by one thread.
final class PillowProcess implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String SCRIPT = "pillow.py";
    private static final Duration START_LIMIT = Duration.ofMinutes(1);
    /// For the turn of a set of images.
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final Process process;
    private final BufferedReader out;
    private final BufferedWriter in;
    private final String version;

    private PillowProcess(Process process, BufferedReader out, String version) {
        this.process = process;
        this.out = out;
        this.in = process.outputWriter();
        this.version = version;
    }

    /// Starts an interpreter. Returns empty if it is missing or has no Pillow.
    ///
    /// @param python an interpreter
    /// @param folder for the script
    static Optional<PillowProcess> start(String python, Path folder) throws IOException {
        Path script = folder.resolve(SCRIPT);
        try (InputStream text = PillowProcess.class.getResourceAsStream(SCRIPT)) {
            if (text == null) {
                throw new IOException("Expected the resource " + SCRIPT + " in the program, found none.");
            }
            Files.copy(text, script);
        }
        Process process;
        try {
            process = new ProcessBuilder(python, script.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException missing) {
            return Optional.empty();
        }
        BufferedReader out = process.inputReader();
        @Nullable String ready;
        try (ProcessDeadline _ = ProcessDeadline.of(process, START_LIMIT)) {
            ready = out.readLine();
        }
        if (ready == null) {
            process.destroyForcibly();
            return Optional.empty();
        }
        return Optional.of(new PillowProcess(
                process, out, JSON.readTree(ready).path("ready").asString("Pillow")));
    }

    /// Returns the version of Pillow and its libjpeg-turbo.
    String version() {
        return version;
    }

    /// Decodes and resizes files.
    ///
    /// @param way     `full` or `draft`
    /// @param repeats how often each file is decoded
    /// @return seconds of processor time
    double run(String way, int repeats, List<Path> files) throws BenchmarkException {
        try (ProcessDeadline _ = ProcessDeadline.of(process, LIMIT)) {
            List<String> paths = files.stream().map(Path::toString).toList();
            in.write(JSON.writeValueAsString(Map.of("way", way, "repeats", repeats, "files", paths)) + "\n");
            in.flush();
            @Nullable String line = out.readLine();
            if (line == null) {
                throw new BenchmarkException(
                        "--python: Expected Pillow to decode the images, found that it fails. Remove the images that it"
                                + " cannot read.",
                        null);
            }
            JsonNode found = JSON.readTree(line);
            return found.path("cpuSeconds").asDouble();
        } catch (IOException | JacksonException e) {
            throw new BenchmarkException("--python: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
