package dev.clipstream.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A broker in a process of its own, as in production, so that the memory of the measured process is the pipeline's.
/// It shares the machine. Owns the process; used by one thread.
public final class BrokerProcess implements AutoCloseable {
    private static final Duration STOP = Duration.ofSeconds(30);
    private static final int LEAST_RECORD = 1 << 20;
    private static final int EVENT_OVERHEAD = 64 << 10;

    private final Process process;
    private final String bootstrapServers;
    private final int largestRecord;

    private BrokerProcess(Process process, String bootstrapServers, int largestRecord) {
        this.process = process;
        this.bootstrapServers = bootstrapServers;
        this.largestRecord = largestRecord;
    }

    /// Starts an empty broker with Clipstream's topics.
    ///
    /// @param largestPicture size of the largest image in bytes
    /// @throws BenchmarkException if it does not start
    public static BrokerProcess start(int largestPicture) throws BenchmarkException {
        int largestRecord = Math.max(LEAST_RECORD, Math.addExact(largestPicture, EVENT_OVERHEAD));
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "--sun-misc-unsafe-memory-access=allow", // Kafka unmaps its files with it
                "--enable-native-access=ALL-UNNAMED",
                "-Xmx" + Math.max(256, largestRecord >> 17) + "m",
                "-cp",
                System.getProperty("java.class.path"),
                BrokerProgram.class.getName(),
                Integer.toString(largestRecord));
        @Nullable String address;
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            address = process.inputReader().readLine();
        } catch (IOException e) {
            throw new BenchmarkException("Expected the broker to start, found: " + e.getMessage(), e);
        }
        if (address == null) {
            process.destroyForcibly();
            throw new BenchmarkException(
                    "Expected the broker to start, found that its process ended. See its output above.", null);
        }
        return new BrokerProcess(process, address, largestRecord);
    }

    /// Returns the broker's address.
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /// Returns the maximum size of an event in bytes.
    int largestRecord() {
        return largestRecord;
    }

    /// Returns the process, whose CPU time can be read.
    public ProcessHandle handle() {
        return process.toHandle();
    }

    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Expected to close the broker's standard input, found " + e, e);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
