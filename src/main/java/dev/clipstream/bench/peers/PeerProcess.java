package dev.clipstream.bench.peers;

import dev.clipstream.bench.BenchmarkException;
import dev.clipstream.bench.ProcessDeadline;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A contender in a process of its own. It prints `{"ready": VERSION}` when it can embed, then one line of JSON for
/// each line that it reads: the number of images to embed. It ends with its standard input.
///
/// Owns the process; used by one thread.
final class PeerProcess implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final long STOP_SECONDS = 10;
    /// For a start or a turn; a large model may take minutes to load.
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int LAST_LINES = 4;

    private final Process process;
    private final Path log;
    private final Duration limit;
    private final BufferedReader out;
    private final BufferedWriter in;
    private final String version;

    /// Images that were embedded.
    ///
    /// @param cpuSeconds processor time of the contender
    /// @param peakBytes  its peak resident memory so far
    record Run(int pictures, double seconds, double cpuSeconds, long peakBytes) {
        double perSecond() {
            return pictures / seconds;
        }
    }

    private PeerProcess(Process process, Path log, Duration limit) throws BenchmarkException {
        this.process = process;
        this.log = log;
        this.limit = limit;
        this.out = process.inputReader();
        this.in = process.outputWriter();
        this.version = read().path("ready").asString("");
    }

    /// Starts a contender, and waits until it is ready.
    ///
    /// @param unset variables of this process's environment that the contender does not get
    /// @throws BenchmarkException if it does not start
    static PeerProcess start(List<String> command, Collection<String> unset) throws BenchmarkException {
        return start(command, unset, LIMIT);
    }

    /// @param limit for the start and for each turn
    static PeerProcess start(List<String> command, Collection<String> unset, Duration limit) throws BenchmarkException {
        try {
            Path log = Files.createTempFile("clipstream-peer", ".log");
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
            builder.environment().keySet().removeAll(unset);
            // no network
            builder.environment().put("HF_HUB_OFFLINE", "1");
            Process process = builder.start();
            try {
                return new PeerProcess(process, log, limit);
            } catch (BenchmarkException e) {
                process.destroyForcibly();
                Files.deleteIfExists(log);
                throw e;
            }
        } catch (IOException e) {
            throw new BenchmarkException(command.getFirst() + ": " + e.getMessage(), e);
        }
    }

    /// Returns the version of its software.
    String version() {
        return version;
    }

    /// Embeds images.
    ///
    /// @throws BenchmarkException if it fails
    Run run(int pictures) throws BenchmarkException {
        try {
            in.write(pictures + "\n");
            in.flush();
        } catch (IOException e) {
            throw failed(e);
        }
        JsonNode line = read();
        return new Run(
                line.path("pictures").asInt(),
                line.path("seconds").asDouble(),
                line.path("cpuSeconds").asDouble(),
                line.path("peakBytes").asLong());
    }

    private JsonNode read() throws BenchmarkException {
        try (ProcessDeadline deadline = ProcessDeadline.of(process, limit)) {
            @Nullable String line = out.readLine();
            if (deadline.passed()) {
                throw new BenchmarkException(
                        "Expected an answer within " + limit.toSeconds() + " s, found none. It was stopped.", null);
            }
            if (line == null) {
                throw failed(null);
            }
            return JSON.readTree(line);
        } catch (IOException | JacksonException e) {
            throw failed(e);
        }
    }

    private BenchmarkException failed(@Nullable Exception cause) {
        Deque<String> last = new ArrayDeque<>();
        try (BufferedReader lines = Files.newBufferedReader(log, Charset.defaultCharset())) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                last.add(line.strip());
                if (last.size() > LAST_LINES) {
                    last.remove();
                }
            }
        } catch (IOException e) {
            last.add("its log is not readable: " + e.getMessage());
        }
        return new BenchmarkException("Expected it to embed, found that it ended: " + String.join(" ", last), cause);
    }

    @Override
    public void close() {
        try {
            in.close();
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            Files.deleteIfExists(log);
        } catch (IOException e) {
            process.destroyForcibly();
            throw new UncheckedIOException("Expected to end a contender, found " + e, e);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
