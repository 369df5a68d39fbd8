package dev.clipstream.cli.service;

import dev.clipstream.cli.input.MediaPaths;
import dev.clipstream.cli.option.ServiceOptions;
import dev.clipstream.cli.output.Failures;
import dev.clipstream.event.Topics;
import dev.clipstream.runtime.broker.EmbeddedBroker;
import dev.clipstream.runtime.lifecycle.Service;
import dev.clipstream.runtime.lifecycle.StopSignals;
import dev.clipstream.runtime.settings.Home;
import dev.clipstream.runtime.settings.StartException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The whole way of the data on one machine: a broker, every topology, the index and the sample pictures, in this
/// process.
@Command(
        name = "demo",
        description = "Start a broker and the pipeline in this process, tag the sample pictures, and stay up for more.")
public final class DemoCommand implements Callable<Integer> {
    private static final int USUAL_PORT = 8080;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Option(
            names = "--port",
            paramLabel = "P",
            description =
                    "Port of the page, lookups, health and metrics. Default: 8080, or a free one if that is taken.")
    private @Nullable Integer port;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where the broker keeps its data, for the next demo. Default: a temporary folder.")
    private @Nullable Path data;

    @Option(names = "--keep", description = "Keep the temporary folder at the end.")
    private boolean keep;

    @Option(names = "--once", description = "End after the samples, with a summary; exit code 1 if one was not tagged.")
    private boolean once;

    @Mixin
    private final ServiceOptions options = new ServiceOptions();

    @Override
    public Integer call() throws IOException, StartException {
        List<Path> samples = samples();
        say("starting a Kafka broker");
        EmbeddedBroker broker = broker();
        StopSignals.onStop(PATIENCE, broker::close);
        try (broker;
                Service service = Service.start(settings(broker), null)) {
            // the pipeline drains into the broker, so it ends first
            StopSignals.onStop(service.closeLimit(), () -> {
                service.close();
                broker.close();
                removeIndex(broker);
            });
            if (!service.awaitRunning(PATIENCE)) {
                throw new StartException("The pipeline was expected to run within " + PATIENCE.toSeconds()
                        + " s, found it still starting");
            }
            say("the broker's data: " + broker.dataFolder());
            say("the pipeline runs; publishing " + samples.size() + " sample pictures to " + Topics.DEFAULT.uploaded());
            try (DemoWatch watch = new DemoWatch(broker.bootstrapServers(), Clock.systemUTC())) {
                boolean allTagged = watch.tag(samples, PATIENCE);
                if (once) {
                    return allTagged ? CommandLine.ExitCode.OK : Failures.INPUT_FAILED;
                }
                DemoTips.of(broker.bootstrapServers(), service.port(), service.settings())
                        .forEach(DemoCommand::say);
                Throwable failure = watch.printUntilFailure(service);
                throw new StartException("A topology stopped", failure);
            }
        } finally {
            removeIndex(broker);
        }
    }

    private EmbeddedBroker broker() throws IOException {
        if (data != null) {
            return EmbeddedBroker.at(data);
        }
        return keep ? EmbeddedBroker.at(Files.createTempDirectory("clipstream-demo")) : EmbeddedBroker.temporary();
    }

    private static List<Path> samples() throws IOException {
        try (Stream<Path> files = Files.list(Home.samples())) {
            return files.filter(MediaPaths::isPicture).sorted().toList();
        }
    }

    private Map<String, String> settings(EmbeddedBroker broker) throws IOException {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("clipstream.bootstrap-servers", broker.bootstrapServers());
        settings.put("clipstream.topics.create", "true");
        settings.put("clipstream.topics.partitions", "2");
        settings.put("clipstream.topologies", "embedding,tagging,indexing");
        settings.put("clipstream.index.path", index(broker).toString());
        settings.put(
                "clipstream.fetch.allowed-roots",
                Home.samples().toRealPath() + "," + Path.of("").toRealPath());
        settings.put("clipstream.log", "text");
        settings.put("logging.level.root", "WARN");
        settings.put("logging.level.kafka", "ERROR");
        settings.put("logging.level.org.apache.kafka.clients.NetworkClient", "ERROR"); // the broker's end, as asked for
        // a transaction waits a moment for the one before it: producer and broker tell both, and both mend it
        // themselves
        settings.put("logging.level.org.apache.kafka.clients.producer.internals.Sender", "ERROR");
        settings.put("logging.level.kafka.server.ReplicaManager", "OFF");
        settings.put("server.port", Integer.toString(port == null ? usualOrFreePort() : port));
        settings.putAll(options.settings());
        return settings;
    }

    /// Beside the broker's data, which it stays or goes with; not in there, where Kafka takes each folder for a
    /// partition.
    private static Path index(EmbeddedBroker broker) {
        Path data = broker.dataFolder().toAbsolutePath();
        return data.resolveSibling(data.getFileName() + "-index");
    }

    private void removeIndex(EmbeddedBroker broker) {
        if (data != null || keep || !Files.isDirectory(index(broker))) {
            return;
        }
        try (Stream<Path> files = Files.walk(index(broker))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            say("the index could not be removed: " + e);
        }
    }

    private static int usualOrFreePort() {
        try (ServerSocket socket = new ServerSocket(USUAL_PORT, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException taken) {
            return 0; // the system's choice
        }
    }

    private static void say(String line) {
        System.err.println("clipstream demo: " + line);
    }
}
