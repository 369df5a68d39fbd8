package dev.clipstream.cli.service;

import dev.clipstream.cli.option.ServiceOptions;
import dev.clipstream.cli.output.Failures;
import dev.clipstream.event.Topics;
import dev.clipstream.runtime.broker.EmbeddedBroker;
import dev.clipstream.runtime.lifecycle.ProcessFolder;
import dev.clipstream.runtime.lifecycle.Service;
import dev.clipstream.runtime.lifecycle.StopSignals;
import dev.clipstream.runtime.settings.BundledModel;
import dev.clipstream.runtime.settings.Home;
import dev.clipstream.runtime.settings.StartException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Runs the complete system in this process: a broker, all topologies and the index, and tags the sample images or the
/// user's own.
@Command(
        name = "demo",
        description = {
            "Start a broker and the pipeline in this process, tag the sample images or your own, and keep running.",
            "For photographs, name a model that knows them: clipstream demo --model openai/clip-vit-base-patch32 PHOTOS"
        })
public final class DemoCommand implements Callable<Integer> {
    private static final int DEFAULT_PORT = 8080;
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    @Parameters(
            arity = "0..*",
            paramLabel = "PATH",
            description = "Your own images in place of the samples: files, folders (recursively) and globs.")
    private List<String> paths = List.of();

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--port",
            paramLabel = "P",
            description =
                    "HTTP port of the page, the API, health and metrics. Default: 8080, or a free port if 8080 is in use.")
    private @Nullable Integer port;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The broker's data folder, which the next demo can reuse. Default: a temporary folder.")
    private @Nullable Path data;

    @Option(names = "--keep", description = "Keep the temporary folder on exit.")
    private boolean keep;

    @Option(
            names = "--once",
            description = "Exit after these images, with a summary. Exit code 1 if one was not tagged.")
    private boolean once;

    @Mixin
    private final ServiceOptions options = new ServiceOptions();

    @Override
    public Integer call() throws IOException, StartException {
        DemoImages images = images();
        options.pullModel();
        log("starting a Kafka broker");
        try (ProcessFolder temporary = ProcessFolder.create();
                EmbeddedBroker broker = EmbeddedBroker.at(folder(temporary))) {
            StopSignals.onStop(TIMEOUT, () -> {
                broker.close();
                temporary.close();
            });
            try (Service service = Service.start(settings(broker, images), null)) {
                // the pipeline drains into the broker, so it stops first
                StopSignals.onStop(service.closeLimit(), () -> {
                    service.close();
                    broker.close();
                    temporary.close();
                });
                return run(images, broker, service);
            }
        }
    }

    private int run(DemoImages images, EmbeddedBroker broker, Service service) throws IOException, StartException {
        log("broker data folder: " + broker.dataFolder());
        log("serving at " + service.origin() + "/");
        if (BundledModel.is(service.pipeline().model().identity())) {
            log(BundledModel.notice("demo"));
        } else if (!images.own()) {
            log("the samples are scenes of emoji; for your own images, name them: ./clipstream demo --model "
                    + service.settings().model().path() + " PHOTOS");
        }
        if (!service.awaitRunning(TIMEOUT)) {
            throw new StartException(
                    "Expected the pipeline to run within " + TIMEOUT.toSeconds() + " s, found it still starting");
        }
        try (DemoWatch watch = new DemoWatch(broker.bootstrapServers(), Clock.systemUTC())) {
            if (once || images.own() || watch.uploads() == 0) {
                log("pipeline running; publishing " + images.all().size() + (images.own() ? "" : " sample")
                        + " images to " + Topics.DEFAULT.uploaded());
                boolean allTagged = watch.tag(images.all(), TIMEOUT);
                if (once) {
                    return allTagged ? CommandLine.ExitCode.OK : Failures.INPUT_FAILED;
                }
            } else {
                // they would wait behind the events that an earlier demo has left
                log("pipeline running; " + Topics.DEFAULT.uploaded() + " has " + watch.uploads()
                        + " events already, so the samples are not published again");
            }
            DemoTips.of(broker.bootstrapServers(), service.origin(), service.settings())
                    .forEach(DemoCommand::log);
            Throwable failure = watch.printUntilFailure(service);
            throw new StartException("A topology has stopped", failure);
        }
    }

    /// Returns the broker's data folder; without --data or --keep, it is deleted at the end.
    private Path folder(ProcessFolder temporary) throws IOException {
        if (data != null) {
            return data;
        }
        return keep
                ? Files.createTempDirectory("clipstream-demo")
                : temporary.path().resolve("broker");
    }

    private DemoImages images() throws IOException {
        try {
            return DemoImages.of(paths);
        } catch (IllegalArgumentException noImage) {
            throw new CommandLine.ParameterException(spec.commandLine(), String.valueOf(noImage.getMessage()), noImage);
        }
    }

    private Map<String, String> settings(EmbeddedBroker broker, DemoImages images) throws IOException {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("clipstream.bootstrap-servers", broker.bootstrapServers());
        settings.put("clipstream.topics.create", "true");
        settings.put("clipstream.topics.partitions", "2");
        settings.put("clipstream.topologies", "embedding,tagging,indexing");
        settings.put("clipstream.index.path", index(broker).toString());
        settings.put(
                "clipstream.fetch.allowed-roots",
                Stream.concat(
                                Stream.of(
                                        Home.samples().toRealPath(), Path.of("").toRealPath()),
                                images.folders().stream())
                        .distinct()
                        .map(Path::toString)
                        .collect(Collectors.joining(",")));
        settings.put("clipstream.log", "text");
        settings.put("logging.level.root", "WARN");
        settings.put("logging.level.kafka", "ERROR");
        settings.put("logging.level.org.apache.kafka.clients.NetworkClient", "ERROR"); // the broker stops on request
        // a transaction can briefly wait for the previous one; producer and broker log this and then recover
        settings.put("logging.level.org.apache.kafka.clients.producer.internals.Sender", "ERROR");
        settings.put("logging.level.kafka.server.ReplicaManager", "OFF");
        settings.put("server.port", Integer.toString(port == null ? defaultOrFreePort() : port));
        settings.putAll(options.settings());
        return settings;
    }

    /// Returns the index folder, a sibling of the broker's data folder, in which Kafka treats each folder as a
    /// partition.
    private static Path index(EmbeddedBroker broker) {
        Path data = broker.dataFolder().toAbsolutePath();
        return data.resolveSibling(data.getFileName() + "-index");
    }

    private static int defaultOrFreePort() {
        try (ServerSocket socket = new ServerSocket(DEFAULT_PORT, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException taken) {
            return 0; // any free port
        }
    }

    private static void log(String line) {
        System.err.println("clipstream demo: " + line);
    }
}
