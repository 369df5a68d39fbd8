package dev.clipstream.runtime.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.jspecify.annotations.Nullable;

/// A Kafka broker inside this process: one KRaft node, broker and controller in one, reachable on the loopback
/// address only.
///
/// For the demo and for tests; a lost disk loses everything. The owner closes it. What it stores survives in its
/// data folder: a new instance on the same folder and port is the same broker started again. Its methods may be
/// called from any thread, but not at once.
public final class EmbeddedBroker implements AutoCloseable {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int NODE_ID = 1;
    private static final int ANY_PORT = 0;
    private static final int BIND_ATTEMPTS = 5;
    private static final Duration TOPICS_READY = Duration.ofMinutes(1);

    private final KafkaRaftServer server;
    private final Path dataFolder;
    private final int port;
    private final boolean temporary;
    private boolean closed;

    private EmbeddedBroker(Path dataFolder, int wantedPort, boolean temporary) {
        this.dataFolder = dataFolder;
        this.temporary = temporary;
        format(dataFolder);
        @Nullable KafkaRaftServer started = null;
        int boundPort = wantedPort;
        for (int attempt = 1; started == null; attempt++) {
            boundPort = probe(wantedPort);
            try {
                started = start(config(dataFolder, boundPort, probe(ANY_PORT)));
            } catch (EmbeddedBrokerException e) {
                // another process may take a free port between our look and Kafka's
                if (wantedPort != ANY_PORT || !(e.getCause() instanceof BindException) || attempt == BIND_ATTEMPTS) {
                    throw e;
                }
            }
        }
        this.server = started;
        this.port = boundPort;
    }

    /// Starts a broker on a free port whose data lives in a new temporary folder until [#close()].
    ///
    /// @throws EmbeddedBrokerException if it does not start
    public static EmbeddedBroker temporary() {
        try {
            return new EmbeddedBroker(Files.createTempDirectory("clipstream-broker"), ANY_PORT, true);
        } catch (IOException e) {
            throw new EmbeddedBrokerException(
                    "A temporary folder for the embedded broker was expected, found: " + e.getMessage()
                            + ". Set java.io.tmpdir to a writable folder, or name a data folder",
                    e);
        }
    }

    /// Starts a broker on a free port over a data folder, which is made and formatted if it is new.
    ///
    /// @throws EmbeddedBrokerException if it does not start
    public static EmbeddedBroker at(Path dataFolder) {
        return new EmbeddedBroker(dataFolder, ANY_PORT, false);
    }

    /// Starts a broker on a given port over a data folder, which is made and formatted if it is new.
    ///
    /// @param port 1 to 65535, of the loopback address
    /// @throws EmbeddedBrokerException if it does not start, for instance because the port is taken
    public static EmbeddedBroker at(Path dataFolder, int port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("A port of 1 to 65535 was expected, found " + port);
        }
        return new EmbeddedBroker(dataFolder, port, false);
    }

    /// The address for a client's `bootstrap.servers`.
    public String bootstrapServers() {
        return LOOPBACK + ":" + port;
    }

    /// The port that clients connect to.
    public int port() {
        return port;
    }

    /// Where its logs are.
    public Path dataFolder() {
        return dataFolder;
    }

    /// Creates the topics that do not exist yet and returns when every partition of all of them answers: a producer
    /// that comes earlier can get stuck on an out-of-order sequence.
    ///
    /// @param topics with their partitions and settings; a replication factor other than 1 is refused by the broker
    /// @throws EmbeddedBrokerException if they cannot be created, or do not answer within a minute
    public void createTopics(Collection<NewTopic> topics) {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers()))) {
            Set<String> existing = admin.listTopics().names().get(TOPICS_READY.toSeconds(), TimeUnit.SECONDS);
            List<NewTopic> missing = topics.stream()
                    .filter(topic -> !existing.contains(topic.name()))
                    .toList();
            admin.createTopics(missing).all().get(TOPICS_READY.toSeconds(), TimeUnit.SECONDS);
            awaitLeaders(admin, topics.stream().map(NewTopic::name).toList());
        } catch (ExecutionException e) {
            throw new EmbeddedBrokerException("Topics " + topics + " were to be created, found: " + e.getMessage(), e);
        } catch (TimeoutException e) {
            throw new EmbeddedBrokerException(
                    "Topics " + topics + " were expected to answer within " + TOPICS_READY.toSeconds()
                            + " s: look for the broker's own errors in the log",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddedBrokerException("Interrupted while creating topics " + topics, e);
        }
    }

    private static void awaitLeaders(Admin admin, Collection<String> names)
            throws InterruptedException, ExecutionException, TimeoutException {
        long deadline = System.nanoTime() + TOPICS_READY.toNanos();
        while (true) {
            try {
                Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
                for (TopicDescription topic : admin.describeTopics(names)
                        .allTopicNames()
                        .get(TOPICS_READY.toSeconds(), TimeUnit.SECONDS)
                        .values()) {
                    topic.partitions()
                            .forEach(partition -> wanted.put(
                                    new TopicPartition(topic.name(), partition.partition()), OffsetSpec.latest()));
                }
                admin.listOffsets(wanted).all().get(TOPICS_READY.toSeconds(), TimeUnit.SECONDS);
                return;
            } catch (ExecutionException e) {
                // a topic that was created this moment may not be known yet
                if (!(e.getCause() instanceof RetriableException) || System.nanoTime() > deadline) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }

    /// Stops the broker; a temporary data folder is deleted.
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        server.shutdown();
        server.awaitShutdown();
        if (temporary) {
            delete(dataFolder);
        }
    }

    private static KafkaRaftServer start(KafkaConfig config) {
        KafkaRaftServer server = new KafkaRaftServer(config, Time.SYSTEM);
        try {
            server.startup();
            return server;
        } catch (RuntimeException e) {
            // Kafka wraps what went wrong in several unchecked types
            server.shutdown();
            server.awaitShutdown();
            throw new EmbeddedBrokerException(
                    "A broker on " + config.effectiveAdvertisedBrokerListeners() + " was expected to start, found: "
                            + e.getMessage() + ". Choose another port or data folder",
                    rootCause(e));
        }
    }

    private static Throwable rootCause(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static KafkaConfig config(Path dataFolder, int port, int controllerPort) {
        Map<String, String> config = new HashMap<>();
        config.put("node.id", String.valueOf(NODE_ID));
        config.put("process.roles", "broker,controller");
        config.put("controller.quorum.voters", NODE_ID + "@" + LOOPBACK + ":" + controllerPort);
        config.put("controller.listener.names", "CONTROLLER");
        config.put("listener.security.protocol.map", "CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT");
        config.put("listeners", listener("CLIENTS", port) + "," + listener("CONTROLLER", controllerPort));
        config.put("advertised.listeners", listener("CLIENTS", port));
        config.put("inter.broker.listener.name", "CLIENTS");
        config.put("log.dirs", dataFolder.toAbsolutePath().toString());
        // topics are created on purpose, never by a typing error
        config.put("auto.create.topics.enable", "false");
        config.put("default.replication.factor", "1");
        config.put("min.insync.replicas", "1");
        for (String internal : List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
            config.put(internal + ".replication.factor", "1");
            config.put(internal + ".num.partitions", "1");
        }
        config.put("transaction.state.log.min.isr", "1");
        config.put("share.coordinator.state.topic.min.isr", "1");
        // a small, quick single node: no waiting for more members, little memory for the cleaner, few threads
        config.put("group.initial.rebalance.delay.ms", "0");
        config.put("log.cleaner.dedupe.buffer.size", "2097152");
        config.put("num.network.threads", "2");
        config.put("num.io.threads", "2");
        config.put("background.threads", "2");
        config.put("broker.heartbeat.interval.ms", "500");
        config.put("broker.session.timeout.ms", "6000");
        return new KafkaConfig(config, false);
    }

    private static String listener(String name, int port) {
        return name + "://" + LOOPBACK + ":" + port;
    }

    private static void format(Path dataFolder) {
        if (Files.exists(dataFolder.resolve("meta.properties"))) {
            return;
        }
        try (PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            Files.createDirectories(dataFolder);
            String folder = dataFolder.toAbsolutePath().toString();
            new Formatter()
                    .setPrintStream(nowhere)
                    .setNodeId(NODE_ID)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setControllerListenerName("CONTROLLER")
                    .addDirectory(folder)
                    .setMetadataLogDirectory(folder)
                    .run();
        } catch (Exception e) {
            throw new EmbeddedBrokerException(
                    "An empty, writable folder for the broker's data was expected at " + dataFolder + ", found: "
                            + e.getMessage() + ". Name another one",
                    e);
        }
    }

    /// Binds a port for a moment, which tells early and quietly that it is taken.
    private static int probe(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new EmbeddedBrokerException(
                    "A free port was expected at " + LOOPBACK + ":" + port + ", found: " + e.getMessage()
                            + ". Choose another port, or stop what uses it",
                    e);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new EmbeddedBrokerException("The temporary folder " + folder + " cannot be deleted", e);
        }
    }
}
