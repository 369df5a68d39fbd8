package dev.clipstream.runtime.pipeline;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.ImageSession;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.batch.BatchSettings;
import dev.clipstream.clip.batch.ImageEmbedder;
import dev.clipstream.fetch.MediaFetcher;
import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.preprocess.ImagePreprocessor;
import dev.clipstream.region.OcclusionVectors;
import dev.clipstream.runtime.kafka.RunningTopology;
import dev.clipstream.runtime.kafka.TopicLogs;
import dev.clipstream.runtime.settings.EmbeddingSettings;
import dev.clipstream.runtime.settings.SettingException;
import dev.clipstream.runtime.settings.Settings;
import dev.clipstream.runtime.settings.StartException;
import dev.clipstream.runtime.settings.TopologyName;
import dev.clipstream.topology.StageMetrics;
import dev.clipstream.topology.async.StageLimits;
import dev.clipstream.topology.embedding.EmbeddingPipeline;
import dev.clipstream.topology.embedding.EmbeddingTopology;
import dev.clipstream.topology.embedding.PipelineSettings;
import io.micrometer.core.instrument.Gauge;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.kafka.streams.Topology;

/// The topology `embedding`: the devices' queue, fetching and decoding, and the stream around them.
final class EmbeddingStage implements TopologyStage {
    /// Default batch size on a CPU, as measured.
    private static final int CPU_BATCH = 8;

    /// Default batch size on a GPU, not measured.
    private static final int GPU_BATCH = ModelOptions.DEFAULT.maxBatch();

    /// Minimum number of batches that a partition, and the devices' queue, hold by default. Devices that run more than
    /// two batches at the same time get twice as many as they run.
    private static final int LEAST_BATCHES = 4;

    private final RunningTopology runner;
    private final ImageEmbedder embedder;
    private final Resources opened;

    private EmbeddingStage(RunningTopology runner, ImageEmbedder embedder, Resources opened) {
        this.runner = runner;
        this.embedder = embedder;
        this.opened = opened;
    }

    /// Builds the topology; starts nothing.
    ///
    /// @param fetcher not owned
    /// @param devices wraps the session of each device of the model
    /// @throws StartException if a setting is refused
    static EmbeddingStage open(
            Instance instance,
            MediaFetcher fetcher,
            ImagePreprocessor preprocessor,
            UnaryOperator<ImageSession> devices)
            throws StartException {
        Resources opened = new Resources();
        try {
            return open(instance, fetcher, preprocessor, devices, opened);
        } catch (StartException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private static EmbeddingStage open(
            Instance instance,
            MediaFetcher fetcher,
            ImagePreprocessor preprocessor,
            UnaryOperator<ImageSession> devices,
            Resources opened)
            throws StartException {
        Settings settings = instance.settings();
        EmbeddingSettings embedding = settings.embedding();
        ClipModel model = instance.model();
        int batch = maxBatch(settings, model);
        int queued = batch * Math.max(LEAST_BATCHES, 2 * batchesAtOnce(model));
        StageLimits limits = new StageLimits(
                embedding.window() == 0 ? queued : embedding.window(),
                embedding.windowBytes(),
                embedding.headTimeout());
        StageMetrics metrics = new StageMetrics(instance.meters(), EmbeddingTopology.NAME);
        ImageEmbedder embedder = opened.own(new ImageEmbedder(
                model.imageSessions().stream().map(devices).toList(),
                new BatchSettings(batch, embedding.linger().toMillis(), queued),
                new BatchMetrics(instance.meters())));
        Gauge.builder("clipstream.queue.depth", embedder, ImageEmbedder::queueDepth)
                .description("Images that wait for a device")
                .register(instance.meters());
        EmbeddingPipeline work = opened.own(new EmbeddingPipeline(
                fetcher,
                preprocessor,
                embedder,
                new PipelineSettings(
                        settings.fetch().maxConcurrent(),
                        settings.fetch().perHost(),
                        embedding.decodeThreads() == 0
                                ? Runtime.getRuntime().availableProcessors()
                                : embedding.decodeThreads(),
                        regions(instance)),
                metrics));
        Topology topology = EmbeddingTopology.build(
                settings.topics().names(),
                opened.own(new TopicLogs(instance.kafka())),
                work,
                model.identity(),
                limits,
                instance.rules(),
                metrics,
                instance.clock());
        RunningTopology runner = instance.runners()
                .runner(
                        TopologyName.EMBEDDING,
                        "",
                        topology,
                        limits,
                        embedding.streamThreads(),
                        instance.identity(TopologyName.EMBEDDING));
        return new EmbeddingStage(runner, embedder, opened);
    }

    /// Returns what the model requires if regions are wanted.
    ///
    /// @throws SettingException if records with the vectors of the parts would not fit into the topic
    private static Optional<Preprocessing> regions(Instance instance) throws SettingException {
        if (!instance.settings().embedding().regions()) {
            return Optional.empty();
        }
        String topic = instance.settings().topics().names().embedded();
        long most = instance.rules().facts().limits(topic).maxRecordBytes() - EmbeddingTopology.MOST_CARRIED_BYTES;
        int dimension = instance.model().identity().dimension();
        int needed = OcclusionVectors.bytes(dimension) + dimension * Float.BYTES;
        if (needed > most) {
            throw new SettingException(
                    "The setting embedding.regions needs room for " + needed + " bytes of vectors of "
                            + dimension + " values in a record of " + topic + ", found room for " + most
                            + ". Raise max.message.bytes of the topic and kafka.producer.max.request.size, or set"
                            + " embedding.regions to false");
        }
        return Optional.of(instance.model().preprocessing());
    }

    /// Returns the maximum number of images in a batch.
    static int maxBatch(Settings settings, ClipModel model) {
        if (settings.embedding().batch() > 0) {
            return settings.embedding().batch();
        }
        boolean cpu = model.imageSessions().stream()
                .allMatch(session -> session.device().startsWith("cpu"));
        return cpu ? CPU_BATCH : GPU_BATCH;
    }

    private static int batchesAtOnce(ClipModel model) {
        return model.imageSessions().stream()
                .mapToInt(ImageSession::batchesAtOnce)
                .sum();
    }

    @Override
    public RunningTopology runner() {
        return runner;
    }

    @Override
    public void abort() {
        embedder.abort();
    }

    @Override
    public void close() {
        opened.close();
    }
}
