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

/// A Kafka broker inside this process: a single KRaft node that is broker and controller, reachable on the loopback
/// address only.
///
/// For the demo, benchmarks and tests: there is no replication. Records survive a restart in the data folder, so a new
/// instance on the same folder and port continues as the same broker. The caller closes it. Not thread-safe: its
/// methods may be called from any thread, but only one at a time.
public final class EmbeddedBroker implements AutoCloseable {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int NODE_ID = 1;
    private static final int ANY_PORT = 0;
    private static final int BIND_ATTEMPTS = 5;
    private static final Duration TOPICS_READY = Duration.ofMinutes(1);

    private final KafkaRaftServer server;
    private final Path dataFolder;
    private final int port;
    private final int securedPort;
    private final boolean temporary;
    private boolean closed;

    private EmbeddedBroker(
            Path dataFolder, int wantedPort, boolean temporary, @Nullable SecuredListener securedListener) {
        this.dataFolder = dataFolder;
        this.temporary = temporary;
        format(dataFolder);
        @Nullable KafkaRaftServer started = null;
        int boundPort = wantedPort;
        int boundSecuredPort = ANY_PORT;
        for (int attempt = 1; started == null; attempt++) {
            boundPort = probe(wantedPort);
            boundSecuredPort = securedListener == null ? ANY_PORT : probe(ANY_PORT);
            Map<String, String> config = config(dataFolder, boundPort, probe(ANY_PORT));
            if (securedListener != null) {
                securedListener.addTo(config, listener(SecuredListener.NAME, boundSecuredPort));
            }
            try {
                started = start(new KafkaConfig(config, false));
            } catch (EmbeddedBrokerException e) {
                // another process may take a free port between the probe and the start
                if (wantedPort != ANY_PORT || !(e.getCause() instanceof BindException) || attempt == BIND_ATTEMPTS) {
                    throw e;
                }
            }
        }
        this.server = started;
        this.port = boundPort;
        this.securedPort = boundSecuredPort;
    }

    /// Starts a broker on a free port with a new temporary data folder, which [#close()] deletes.
    ///
    /// @throws EmbeddedBrokerException if it does not start
    public static EmbeddedBroker temporary() {
        try {
            return new EmbeddedBroker(Files.createTempDirectory("clipstream-broker"), ANY_PORT, true, null);
        } catch (IOException e) {
            throw new EmbeddedBrokerException(
                    "Embedded broker: Expected a writable temporary folder, found: " + e.getMessage()
                            + ". Set java.io.tmpdir to a writable folder, or give a data folder",
                    e);
        }
    }

    /// Starts a broker with a second listener, on which clients need TLS, SASL or rights, for tests of these.
    ///
    /// @param dataFolder created and formatted if it is new
    /// @throws EmbeddedBrokerException if it does not start
    public static EmbeddedBroker secured(Path dataFolder, SecuredListener listener) {
        return new EmbeddedBroker(dataFolder, ANY_PORT, false, listener);
    }

    /// Starts a broker on a free port with a data folder, which is created and formatted if it is new.
    ///
    /// @throws EmbeddedBrokerException if it does not start
    public static EmbeddedBroker at(Path dataFolder) {
        return new EmbeddedBroker(dataFolder, ANY_PORT, false, null);
    }

    /// Starts a broker on a given port with a data folder, which is created and formatted if it is new.
    ///
    /// @param port 1 to 65535, of the loopback address
    /// @throws EmbeddedBrokerException if it does not start, for instance because the port is taken
    public static EmbeddedBroker at(Path dataFolder, int port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("Embedded broker: Expected a port from 1 to 65535, found " + port);
        }
        return new EmbeddedBroker(dataFolder, port, false, null);
    }

    /// Returns the address for the `bootstrap.servers` of clients.
    public String bootstrapServers() {
        return LOOPBACK + ":" + port;
    }

    /// Returns the address of the secured listener.
    ///
    /// @throws IllegalStateException if the broker was started without one
    public String securedBootstrapServers() {
        if (securedPort == ANY_PORT) {
            throw new IllegalStateException("Embedded broker: Expected a secured listener, found none");
        }
        return LOOPBACK + ":" + securedPort;
    }

    /// Returns the port that clients connect to.
    public int port() {
        return port;
    }

    /// Returns the data folder.
    public Path dataFolder() {
        return dataFolder;
    }

    /// Creates the topics that do not exist yet, and waits until every partition of all given topics answers. A
    /// producer that starts earlier can get stuck on an out-of-order sequence.
    ///
    /// @param topics with their partitions and configuration; the broker refuses any replication factor but 1
    /// @throws EmbeddedBrokerException if the topics cannot be created, or do not answer within a minute
    public void createTopics(Collection<NewTopic> topics) {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers()))) {
            Set<String> existing = admin.listTopics().names().get(TOPICS_READY.toSeconds(), TimeUnit.SECONDS);
            List<NewTopic> missing = topics.stream()
                    .filter(topic -> !existing.contains(topic.name()))
                    .toList();
            admin.createTopics(missing).all().get(TOPICS_READY.toSeconds(), TimeUnit.SECONDS);
            awaitLeaders(admin, topics.stream().map(NewTopic::name).toList());
        } catch (ExecutionException e) {
            throw new EmbeddedBrokerException(
                    "Embedded broker: Expected to create the topics " + topics + ", found: " + e.getMessage(), e);
        } catch (TimeoutException e) {
            throw new EmbeddedBrokerException(
                    "Embedded broker: Expected the topics " + topics + " to answer within " + TOPICS_READY.toSeconds()
                            + " s, found no answer. Look for errors of the broker in the log",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddedBrokerException("Embedded broker: Interrupted while creating the topics " + topics, e);
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
                // the broker may not know a topic yet that it has just created
                if (!(e.getCause() instanceof RetriableException) || System.nanoTime() > deadline) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }

    /// Stops the broker and deletes a temporary data folder.
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
            // Kafka wraps the cause in several unchecked types
            server.shutdown();
            server.awaitShutdown();
            throw new EmbeddedBrokerException(
                    "Embedded broker: Expected a start on " + config.effectiveAdvertisedBrokerListeners() + ", found: "
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

    private static Map<String, String> config(Path dataFolder, int port, int controllerPort) {
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
        // a misspelt topic must not create one
        config.put("auto.create.topics.enable", "false");
        config.put("default.replication.factor", "1");
        config.put("min.insync.replicas", "1");
        for (String internal : List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
            config.put(internal + ".replication.factor", "1");
            config.put(internal + ".num.partitions", "1");
        }
        config.put("transaction.state.log.min.isr", "1");
        config.put("share.coordinator.state.topic.min.isr", "1");
        // a small node that starts fast: no wait for more members, little memory for the cleaner, few threads
        config.put("group.initial.rebalance.delay.ms", "0");
        config.put("log.cleaner.dedupe.buffer.size", "2097152");
        config.put("num.network.threads", "2");
        config.put("num.io.threads", "2");
        config.put("background.threads", "2");
        config.put("broker.heartbeat.interval.ms", "500");
        config.put("broker.session.timeout.ms", "6000");
        return config;
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
                    "Embedded broker: Expected an empty, writable data folder at " + dataFolder + ", found: "
                            + e.getMessage() + ". Choose another folder",
                    e);
        }
    }

    /// Binds a port briefly, to detect a port in use without the errors that Kafka logs.
    private static int probe(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new EmbeddedBrokerException(
                    "Embedded broker: Expected a free port at " + LOOPBACK + ":" + port + ", found: " + e.getMessage()
                            + ". Choose another port, or stop the program that uses it",
                    e);
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new EmbeddedBrokerException("Embedded broker: Cannot delete the temporary folder " + folder, e);
        }
    }
}
