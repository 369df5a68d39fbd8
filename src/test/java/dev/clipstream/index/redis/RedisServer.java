package dev.clipstream.index.redis;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A real Redis 8 in a process of its own, on a free port, without persistence.
///
/// The program is the one that `CLIPSTREAM_TEST_REDIS` names, or the one that `.ci/redis` has unpacked. The modules of
/// the query engine are in the folder that `CLIPSTREAM_TEST_REDIS_MODULES` names, or in the one of `.ci/redis-modules`.
/// Without either, tests that need it are skipped with a warning. If a variable is set but not valid, they fail.
public final class RedisServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path program;
    private final int port;
    private final String[] options;
    private Process process;

    private RedisServer(Path program, int port, Process process, String... options) {
        this.program = program;
        this.port = port;
        this.process = process;
        this.options = options.clone();
    }

    /// Starts a server, or skips the test.
    public static RedisServer start(String... options) throws IOException, InterruptedException {
        Path program = program();
        int port = freePort();
        return new RedisServer(program, port, launch(program, port, options), options);
    }

    /// Starts a server with the query engine and JSON documents, or skips the test.
    public static RedisServer startWithQueryEngine(String... options) throws IOException, InterruptedException {
        Path program = program();
        Path modules = modules();
        List<String> all = new ArrayList<>(List.of(options));
        for (String module : List.of("redisearch.so", "rejson.so")) {
            all.addAll(List.of("--loadmodule", modules.resolve(module).toString()));
        }
        String[] withModules = all.toArray(String[]::new);
        int port = freePort();
        return new RedisServer(program, port, launch(program, port, withModules), withModules);
    }

    /// Starts a sentinel that watches a server under the name `primary`, or skips the test.
    ///
    /// @param folder where it may write
    public static RedisServer startSentinel(Path folder, RedisServer watched) throws IOException, InterruptedException {
        Path program = program();
        int port = freePort();
        Path configuration = Files.writeString(
                folder.resolve("sentinel.conf"),
                "port " + port + "\nbind 127.0.0.1\ndir " + folder + "\nsentinel monitor primary 127.0.0.1 "
                        + watched.port + " 1\nsentinel down-after-milliseconds primary 1000\n");
        return new RedisServer(
                program, port, await(port, List.of(program.toString(), configuration.toString(), "--sentinel")));
    }

    /// Starts one node of a cluster, without slots and other nodes, or skips the test.
    ///
    /// @param folder where it may write
    static RedisServer startNode(Path folder) throws IOException, InterruptedException {
        int bus = freePort();
        return start(
                "--cluster-enabled",
                "yes",
                "--cluster-port",
                Integer.toString(bus),
                "--cluster-config-file",
                "nodes-" + bus + ".conf",
                "--dir",
                folder.toString());
    }

    public static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    public int port() {
        return port;
    }

    private static Path program() {
        String named = System.getenv("CLIPSTREAM_TEST_REDIS");
        if (named != null && !named.isBlank()) {
            if (!Files.isExecutable(Path.of(named))) {
                fail("CLIPSTREAM_TEST_REDIS: Expected a program, found " + named);
            }
            return Path.of(named);
        }
        Path unpacked = cache().resolve("redis-trixie/redis-server");
        if (Files.isExecutable(unpacked)) {
            return unpacked;
        }
        return skip("NOT TESTED: found no Redis 8. Run .ci/redis, or set CLIPSTREAM_TEST_REDIS");
    }

    private static Path modules() {
        String named = System.getenv("CLIPSTREAM_TEST_REDIS_MODULES");
        if (named != null && !named.isBlank()) {
            if (!Files.isRegularFile(Path.of(named, "redisearch.so"))) {
                fail("CLIPSTREAM_TEST_REDIS_MODULES: Expected a folder with redisearch.so and rejson.so, found "
                        + named);
            }
            return Path.of(named);
        }
        Path unpacked = cache().resolve("redis-modules");
        if (Files.isRegularFile(unpacked.resolve("redisearch.so"))) {
            return unpacked;
        }
        return skip("NOT TESTED: found no query engine. Run .ci/redis-modules, or set CLIPSTREAM_TEST_REDIS_MODULES");
    }

    private static Path cache() {
        String cache = System.getenv("CLIPSTREAM_CACHE");
        return cache == null ? Path.of(System.getProperty("user.home"), ".cache", "clipstream") : Path.of(cache);
    }

    private static Path skip(String why) {
        System.getLogger(RedisServer.class.getName()).log(System.Logger.Level.WARNING, why);
        return abort(why);
    }

    private static Process launch(Path program, int port, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(program.toString(), "--port", Integer.toString(port), "--bind", "127.0.0.1", "--save", ""));
        command.addAll(List.of(options));
        return await(port, command);
    }

    private static Process await(int port, List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(Path.of(System.getProperty("java.io.tmpdir")).toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!answers(port)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                process.destroyForcibly();
                fail("Expected Redis to start, found that it did not: " + command);
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return process;
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    /// Kills the server; its data is lost.
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /// Starts again on the same port, without data.
    public void restart(String... options) throws IOException, InterruptedException {
        process = launch(program, port, options);
    }

    /// Starts again with the same options.
    public void restartAsBefore() throws IOException, InterruptedException {
        restart(options);
    }

    /// Sends one command as plain RESP, as any client would, and returns the first bytes of the reply.
    public String send(String... command) throws IOException {
        StringBuilder request = new StringBuilder("*" + command.length + "\r\n");
        for (String part : command) {
            request.append('$')
                    .append(part.getBytes(StandardCharsets.UTF_8).length)
                    .append("\r\n")
                    .append(part)
                    .append("\r\n");
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
            socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
            byte[] answer = new byte[1 << 16];
            int read = socket.getInputStream().read(answer);
            return new String(answer, 0, Math.max(0, read), StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
