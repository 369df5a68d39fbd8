package dev.clipstream.topology.embedding;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.ImageSession;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.batch.BatchObserver;
import dev.clipstream.clip.batch.BatchSettings;
import dev.clipstream.clip.batch.ImageEmbedder;
import dev.clipstream.clip.opening.ModelOpening;
import dev.clipstream.event.Topics;
import dev.clipstream.fetch.FetchLimits;
import dev.clipstream.fetch.MediaFetcher;
import dev.clipstream.fetch.file.FileSettings;
import dev.clipstream.fetch.file.FileSource;
import dev.clipstream.fetch.http.HttpSettings;
import dev.clipstream.fetch.http.HttpSource;
import dev.clipstream.image.DecodeMode;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.preprocess.ImagePreprocessor;
import dev.clipstream.runtime.lifecycle.StopSignals;
import dev.clipstream.topology.StageMetrics;
import dev.clipstream.topology.async.HeldOffsetsClientSupplier;
import dev.clipstream.topology.async.StageLimits;
import dev.clipstream.topology.async.UnprotectedClients;
import dev.clipstream.topology.async.WithoutFinishedOffsets;
import dev.clipstream.topology.topic.TopicFacts;
import dev.clipstream.topology.topic.TopicRules;
import dev.clipstream.topology.wiring.StageStreamsConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

/// The embedding topology with its real pipeline and a small real model, in this JVM or in a JVM that can be
/// killed.
final class EmbeddingApp implements AutoCloseable {
    static final int BATCH = 16;
    private static final Path MODEL = Path.of("src/test/resources/models/random-tiny");

    /// @param name         name of the run: consumer group and prefix of its topics
    /// @param instance     static membership; empty: none
    /// @param millisPerRun artificial latency of the device, so that much is in flight
    /// @param fetchMillis  limit of a fetch; there is no second attempt
    record Settings(
            String bootstrapServers,
            String name,
            String guarantee,
            Clients clients,
            String instance,
            long millisPerRun,
            long fetchMillis) {

        /// Settings with 2 s for a fetch.
        Settings(
                String bootstrapServers,
                String name,
                String guarantee,
                Clients clients,
                String instance,
                long millisPerRun) {
            this(bootstrapServers, name, guarantee, clients, instance, millisPerRun, 2_000);
        }

        List<String> toArguments() {
            return List.of(
                    bootstrapServers,
                    name,
                    guarantee,
                    clients.name(),
                    instance,
                    String.valueOf(millisPerRun),
                    String.valueOf(fetchMillis));
        }

        static Settings ofArguments(String[] arguments) {
            return new Settings(
                    arguments[0],
                    arguments[1],
                    arguments[2],
                    Clients.valueOf(arguments[3]),
                    arguments[4],
                    Long.parseLong(arguments[5]),
                    Long.parseLong(arguments[6]));
        }
    }

    /// The clients of the app.
    enum Clients {
        HELD,
        /// Commit without the finished offsets.
        WITHOUT_FINISHED,
        /// Commit what Kafka Streams wants to commit.
        UNPROTECTED
    }

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final ClipModel model;
    private final ImageEmbedder embedder;
    private final MediaFetcher fetcher;
    private final EmbeddingPipeline pipeline;
    private final KafkaStreams streams;
    private final CountDownLatch failed = new CountDownLatch(1);

    /// @param device wraps the model's session
    EmbeddingApp(Settings settings, UnaryOperator<ImageSession> device) throws ModelException {
        StageMetrics metrics = new StageMetrics(registry, EmbeddingTopology.NAME);
        StageLimits limits = new StageLimits(
                4 * BATCH, 64L << 20, Duration.ofMillis(settings.fetchMillis()).plusSeconds(3));
        model = ModelOpening.open(MODEL, ModelOptions.DEFAULT.withDevices("cpu").withCpuThreads(1));
        embedder = new ImageEmbedder(
                List.of(device.apply(model.imageSessions().getFirst())),
                new BatchSettings(BATCH, 5, 4 * BATCH),
                BatchObserver.NONE);
        fetcher = fetcher(Duration.ofMillis(settings.fetchMillis()));
        pipeline = new EmbeddingPipeline(
                fetcher,
                new ImagePreprocessor(model.preprocessing(), DecodeMode.FAST, ImageLimits.DEFAULT),
                embedder,
                new PipelineSettings(32, 32, 1),
                metrics);
        Topology topology = EmbeddingTopology.build(
                topics(settings.name()),
                UploadLogs.BY_NAME,
                pipeline,
                model.identity(),
                limits,
                TopicRules.NONE,
                metrics,
                Clock.systemUTC());
        streams = new KafkaStreams(topology, config(settings, limits), clients(settings.clients(), metrics));
        streams.setUncaughtExceptionHandler(thrown -> {
            failed.countDown();
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        streams.start();
    }

    static Topics topics(String name) {
        return new Topics(
                name + ".uploaded",
                name + ".backfill",
                name + ".embedded",
                name + ".tagged",
                name + ".rejected",
                name + ".labels",
                name + ".feedback",
                name + ".alerts");
    }

    /// Fetches from the web servers of the test, too.
    private static MediaFetcher fetcher(Duration limit) {
        HttpSettings http = new HttpSettings(limit, limit, limit, 0, List.of("127.0.0.0/8"));
        return new MediaFetcher(
                List.of(new FileSource(new FileSettings(List.of())), new HttpSource(http)),
                new FetchLimits(1 << 20, limit, 1, Duration.ZERO, Duration.ZERO));
    }

    private static StreamsConfig config(Settings settings, StageLimits limits) {
        return StageStreamsConfig.of(
                settings.name(),
                settings.instance().isEmpty() ? null : settings.instance(),
                limits,
                Map.of(
                        StreamsConfig.BOOTSTRAP_SERVERS_CONFIG,
                        settings.bootstrapServers(),
                        StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
                        settings.guarantee(),
                        StreamsConfig.STATE_DIR_CONFIG,
                        "target/streams-" + ProcessHandle.current().pid(),
                        "main.consumer.session.timeout.ms",
                        "6000",
                        "main.consumer.heartbeat.interval.ms",
                        "500"));
    }

    private static KafkaClientSupplier clients(Clients clients, StageMetrics metrics) {
        return switch (clients) {
            case HELD -> new HeldOffsetsClientSupplier(Map.of(), TopicFacts.UNKNOWN, metrics, Clock.systemUTC());
            case WITHOUT_FINISHED -> new WithoutFinishedOffsets();
            case UNPROTECTED -> new UnprotectedClients();
        };
    }

    /// Returns whether a stream thread ended with an error.
    boolean hasFailed() {
        return failed.getCount() == 0;
    }

    /// Returns the number of partitions that are not read because the metadata of their commits is full.
    double waitingForMetadata() {
        return registry.get("clipstream.partitions.waiting")
                .tag("reason", "metadata")
                .gauge()
                .value();
    }

    KafkaStreams.State state() {
        return streams.state();
    }

    /// Closes the streams and leaves the group, so that the others take over at once.
    @Override
    public void close() {
        streams.close(CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(Duration.ofSeconds(30)));
        pipeline.close();
        embedder.close();
        fetcher.close();
        model.close();
    }

    /// Runs until it is stopped, killed or fails. When stopped, it drains before any shutdown hook runs, since the hook
    /// of ONNX Runtime would close the device during a batch.
    public static void main(String[] arguments) throws Exception {
        Settings settings = Settings.ofArguments(arguments);
        EmbeddingApp app = new EmbeddingApp(settings, session -> FaultySession.slow(session, settings.millisPerRun()));
        StopSignals.onStop(Duration.ofMinutes(1), app::close);
        app.failed.await();
        System.exit(1);
    }
}
