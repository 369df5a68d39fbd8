package dev.clipstream.runtime;

import dev.clipstream.clip.BatchObserver;
import dev.clipstream.clip.BatchSettings;
import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.ImageEmbedder;
import dev.clipstream.clip.ImageSession;
import dev.clipstream.clip.ModelException;
import dev.clipstream.clip.ModelOptions;
import dev.clipstream.clip.ModelReference;
import dev.clipstream.fetch.Backoff;
import dev.clipstream.fetch.MediaFetcher;
import dev.clipstream.image.ImageLimits;
import dev.clipstream.image.preprocess.ImagePreprocessor;
import dev.clipstream.index.MediaIndexes;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.LabelSetException;
import dev.clipstream.label.LabelSetFile;
import dev.clipstream.search.Labelling;
import dev.clipstream.search.LiveLookups;
import dev.clipstream.search.Lookups;
import dev.clipstream.search.MediaSearch;
import dev.clipstream.search.QueryPictures;
import dev.clipstream.search.QueryTexts;
import dev.clipstream.search.SearchException;
import dev.clipstream.tag.LiveTagger;
import dev.clipstream.tag.ZeroShotTagger;
import dev.clipstream.topology.StageMetrics;
import dev.clipstream.topology.async.StageLimits;
import dev.clipstream.topology.embedding.EmbeddingPipeline;
import dev.clipstream.topology.embedding.EmbeddingTopology;
import dev.clipstream.topology.embedding.PipelineSettings;
import dev.clipstream.topology.indexing.IndexingMetrics;
import dev.clipstream.topology.indexing.IndexingPipeline;
import dev.clipstream.topology.indexing.IndexingTopology;
import dev.clipstream.topology.tagging.TaggingTopology;
import dev.clipstream.topology.wiring.StageStreamsConfig;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.util.function.SingletonSupplier;

/// Everything that runs, wired together in the order of the data's way: model, fetching, decoding, batching,
/// tagging, indexing and the streams around them. What [Service] dresses with health and metrics over HTTP.
public final class Pipeline implements AutoCloseable {
    /// What a device runs best at: measured on a CPU, the design's on a GPU.
    private static final int CPU_BATCH = 8;

    private static final int GPU_BATCH = 64;

    /// Least that one partition, and the devices' queue, hold by default; for devices that run more than two batches
    /// at once it is as many again as these run.
    private static final int LEAST_BATCHES = 4;

    /// Records that a tagging task takes from the broker at once, by four.
    private static final int TAGGING_BATCH = 256;

    /// The longest first pause while an index is away.
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(100);

    /// What closing a topology takes beyond its drain.
    private static final Duration LEAST_CLOSE = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);

    private final Settings settings;
    private final MeterRegistry meters;
    private final Clock clock;
    private final ClipModel model;
    private final ImagePreprocessor preprocessor;
    private final List<RunningTopology> runners = new ArrayList<>();
    private CompletableFuture<Object> failure = new CompletableFuture<>();
    private @Nullable ImageEmbedder embedder;
    private @Nullable MediaIndexes indexes;
    private @Nullable LiveLookups lookups;
    private @Nullable MediaFetcher fetcher;
    private @Nullable LiveTagger tagger;
    private Optional<String> labelSet = Optional.empty();
    private final Deque<AutoCloseable> resources = new ArrayDeque<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    private Pipeline(Settings settings, MeterRegistry meters, Clock clock, ClipModel model) {
        this.settings = settings;
        this.meters = meters;
        this.clock = clock;
        this.model = model;
        this.preprocessor = preprocessor(settings, model);
    }

    private static ImagePreprocessor preprocessor(Settings settings, ClipModel model) {
        return new ImagePreprocessor(
                model.preprocessing(),
                settings.embedding().decode(),
                new ImageLimits(
                        settings.embedding().maxBytes(), settings.embedding().maxPixels()));
    }

    /// Opens the model, reads the labels and builds the topologies; starts nothing.
    ///
    /// @param meters  where metrics are kept
    /// @param devices wraps each device's session; the identity unless something is to be measured
    /// @throws StartException if the model or the labels are refused
    public static Pipeline create(
            Settings settings, MeterRegistry meters, Clock clock, UnaryOperator<ImageSession> devices)
            throws StartException {
        Pipeline pipeline = new Pipeline(
                settings, meters, clock, openModel(settings, settings.model().path()));
        pipeline.resources.push(pipeline.model);
        try {
            if (settings.topologies().contains(TopologyName.EMBEDDING)) {
                pipeline.addEmbedding(devices);
            }
            if (settings.topologies().contains(TopologyName.TAGGING)) {
                pipeline.addTagging();
            }
            if (settings.topologies().contains(TopologyName.INDEXING)) {
                pipeline.addIndexing();
            }
            pipeline.failure = CompletableFuture.anyOf(
                    pipeline.runners.stream().map(RunningTopology::failure).toArray(CompletableFuture[]::new));
            return pipeline;
        } catch (StartException | RuntimeException e) {
            pipeline.close();
            throw e;
        }
    }

    /// Opens the model alone.
    ///
    /// @throws StartException if it is refused
    public static ClipModel openModel(Settings settings) throws StartException {
        return openModel(settings, settings.model().path());
    }

    private static ClipModel openModel(Settings settings, String path) throws StartException {
        Settings.ModelSettings model = settings.model();
        return openModel(
                path,
                ModelOptions.DEFAULT
                        .withDevices(model.devices())
                        .withCpuThreads(model.threads())
                        .withCpuBatches(model.batches())
                        .withQueries(settings.topologies().contains(TopologyName.INDEXING)));
    }

    /// Opens a model that lookups alone are answered with: on one device, one batch at a time.
    private static ClipModel openQueryModel(Settings settings, String path) throws StartException {
        Settings.ModelSettings model = settings.model();
        return openModel(
                path,
                ModelOptions.DEFAULT
                        .withDevices(model.devices().replaceFirst(",.*", ""))
                        .withCpuThreads(model.threads())
                        .withCpuBatches(1)
                        .withQueries(true));
    }

    private static ClipModel openModel(String path, ModelOptions options) throws StartException {
        ModelReference reference =
                ModelReference.parse(path.isEmpty() ? Home.defaultModel().toString() : path);
        try {
            return ClipModel.open(reference.bundle(), reference.applyTo(options));
        } catch (ModelException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    private void addEmbedding(UnaryOperator<ImageSession> devices) throws StartException {
        Settings.EmbeddingSettings embedding = settings.embedding();
        int batch = batch();
        int enough = batch * Math.max(LEAST_BATCHES, 2 * batchesAtOnce());
        int window = embedding.window() == 0 ? enough : embedding.window();
        StageMetrics metrics = new StageMetrics(meters, EmbeddingTopology.NAME);
        BatchObserver observer = new BatchMetrics(meters);
        embedder = own(new ImageEmbedder(
                model.imageSessions().stream().map(devices).toList(),
                new BatchSettings(batch, embedding.linger().toMillis(), enough),
                observer));
        Gauge.builder("clipstream.queue.depth", embedder, ImageEmbedder::queueDepth)
                .description("Pictures that wait for a device")
                .register(meters);
        EmbeddingPipeline work = own(new EmbeddingPipeline(
                fetcher(),
                preprocessor,
                embedder,
                new PipelineSettings(
                        settings.fetch().maxConcurrent(),
                        settings.fetch().perHost(),
                        embedding.decodeThreads() == 0
                                ? Runtime.getRuntime().availableProcessors()
                                : embedding.decodeThreads()),
                metrics));
        StageLimits limits = new StageLimits(window, embedding.windowBytes(), embedding.headTimeout());
        Topology topology =
                EmbeddingTopology.build(settings.topics().names(), work, model.identity(), limits, metrics, clock);
        runners.add(runner(TopologyName.EMBEDDING, "", topology, limits, embedding.streamThreads()));
    }

    private void addTagging() throws StartException {
        LiveTagger live = tagger();
        labelSet = Optional.of(live.current().labelSet().name());
        StageMetrics metrics = new StageMetrics(meters, TaggingTopology.NAME);
        Topology topology = TaggingTopology.build(settings.topics().names(), live, metrics, clock);
        runners.add(runner(
                TopologyName.TAGGING,
                "",
                topology,
                StageLimits.forBatch(TAGGING_BATCH),
                settings.tagging().streamThreads()));
    }

    private void addIndexing() throws StartException {
        Settings.IndexSettings index = settings.index();
        MediaIndexes store = own(IndexStores.open(index, clock));
        indexes = store;
        StageLimits limits = IndexingTopology.limits(index.batch());
        StageMetrics metrics = new StageMetrics(meters, IndexingTopology.NAME);
        IndexingMetrics writes = new IndexingMetrics(meters, clock);
        Backoff backoff = new Backoff(FIRST_BACKOFF, index.maxBackoff());
        IndexingPipeline.Limits writing =
                new IndexingPipeline.Limits(index.batch(), index.linger().toMillis(), backoff);
        runners.add(new IndexingRunner(
                store,
                model.identity(),
                opened -> new IndexingPipeline(opened, writing, writes),
                (work, suffix) -> runner(
                        TopologyName.INDEXING,
                        suffix,
                        IndexingTopology.build(settings.topics().names(), work, limits, metrics, clock),
                        limits,
                        index.streamThreads()),
                this::progress,
                backoff,
                writes::saw));
        var _ = fetcher();
        List<Lookups> all = new ArrayList<>();
        all.add(lookups(store, model, preprocessor, () -> servedTagger(() -> tagger().current())));
        for (String path : settings.search().models()) {
            ClipModel other = own(openQueryModel(settings, path));
            if (all.stream().anyMatch(lookups -> lookups.model().equals(other.identity()))) {
                throw new SettingException(
                        "The setting search.models takes models beside this instance's own, each once, found "
                                + other.identity().id() + " again at " + path + ": leave it out");
            }
            all.add(lookups(
                    store,
                    other,
                    preprocessor(settings, other),
                    SingletonSupplier.of(() -> servedTagger(() -> tagger(other, labels())))));
        }
        lookups = new LiveLookups(store, all);
    }

    /// What answers questions of a model. What is opened last is closed first: none outlives the index or the model.
    private Lookups lookups(
            MediaIndexes store, ClipModel asked, ImagePreprocessor pictures, Supplier<ZeroShotTagger> tagger) {
        QueryPictures queries =
                new QueryPictures(pictures, asked.imageSessions().getFirst());
        MediaSearch search = own(new MediaSearch(
                asked.identity(),
                store,
                new QueryTexts(
                        asked.identity(),
                        asked.queryEncoder(),
                        settings.search().knownTexts(),
                        meters),
                queries));
        return new Lookups(search, new Labelling(search, asked.scoring(), tagger), queries);
    }

    /// How far the index's group is.
    private CatchUp progress(String group) {
        Map<String, Object> properties = new HashMap<>(settings.kafka());
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers());
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, group);
        StreamsConfig clients = new StreamsConfig(properties);
        Map<String, Object> reading = clients.getRestoreConsumerConfigs(group + "-progress");
        reading.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        return new CatchUp(
                clients.getAdminConfigs(group + "-progress"),
                () -> new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                group,
                List.of(settings.topics().embedded(), settings.topics().tagged()));
    }

    /// The tagger of the label set of the settings.
    private synchronized LiveTagger tagger() throws StartException {
        LiveTagger known = tagger;
        if (known == null) {
            known = new LiveTagger(tagger(model, labels()));
            tagger = known;
        }
        return known;
    }

    private static ZeroShotTagger tagger(ClipModel model, LabelSet labels) {
        return ZeroShotTagger.create(labels, model.textEncoder(), model.scoring(), model.identity());
    }

    private LabelSet labels() throws StartException {
        String file = settings.tagging().labels();
        try {
            return file.isEmpty() ? LabelSetFile.everyday() : LabelSetFile.read(Path.of(file));
        } catch (LabelSetException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    /// The one fetcher, whose memory all share.
    private MediaFetcher fetcher() throws StartException {
        MediaFetcher known = fetcher;
        if (known == null) {
            known = own(created());
            fetcher = known;
        }
        return known;
    }

    private MediaFetcher created() throws StartException {
        try {
            return MediaSources.open(settings.fetch(), settings.embedding().maxBytes());
        } catch (IllegalArgumentException e) {
            throw new StartException("The settings fetch.* are refused: " + e.getMessage(), e);
        }
    }

    private int batch() {
        if (settings.embedding().batch() > 0) {
            return settings.embedding().batch();
        }
        boolean cpu = model.imageSessions().stream()
                .allMatch(session -> session.device().startsWith("cpu"));
        return cpu ? CPU_BATCH : GPU_BATCH;
    }

    private int batchesAtOnce() {
        return model.imageSessions().stream()
                .mapToInt(ImageSession::batchesAtOnce)
                .sum();
    }

    /// @param suffix of the application id
    private TopologyRunner runner(TopologyName name, String suffix, Topology topology, StageLimits limits, int threads)
            throws StartException {
        Map<String, Object> overrides = new HashMap<>(settings.kafka());
        if (!settings.instanceId().isEmpty()) {
            // the same names of threads and metrics after a restart
            overrides.putIfAbsent(StreamsConfig.CLIENT_ID_CONFIG, settings.instanceId() + "-" + name.label());
        }
        overrides.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers());
        overrides.putIfAbsent(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads);
        overrides.putIfAbsent(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, name.guarantee());
        // what was aborted is nobody's result; exactly once brings this by itself
        overrides.putIfAbsent(
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.ISOLATION_LEVEL_CONFIG), "read_committed");
        StreamsConfig configuration;
        try {
            configuration = StageStreamsConfig.of(
                    settings.applicationId() + "-" + name.label() + suffix,
                    settings.instanceId().isEmpty() ? null : settings.instanceId(),
                    limits,
                    overrides);
        } catch (ConfigException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
        TopologyRunner runner = new TopologyRunner(
                name, topology, configuration, !settings.instanceId().isEmpty());
        runner.bindTo(meters);
        return runner;
    }

    private <T extends AutoCloseable> T own(T resource) {
        resources.push(resource);
        return resource;
    }

    /// The opened model.
    public ClipModel model() {
        return model;
    }

    /// Most pictures in a batch.
    public int maxBatch() {
        return batch();
    }

    /// The media indexes that the topology `indexing` fills; empty: it is not among the topologies.
    public Optional<MediaIndexes> indexes() {
        return Optional.ofNullable(indexes);
    }

    /// Lookups in the index that the topology `indexing` fills; empty: it is not among the topologies.
    Optional<LiveLookups> lookups() {
        return Optional.ofNullable(lookups);
    }

    /// What makes a tagger.
    @FunctionalInterface
    private interface TaggerSource {
        ZeroShotTagger get() throws StartException;
    }

    /// Where an instance does not tag, the labels' prompts are encoded when they are first asked for.
    private static ZeroShotTagger servedTagger(TaggerSource source) {
        try {
            return source.get();
        } catch (StartException e) {
            throw new SearchException(
                    SearchException.Kind.MODEL_FAILED,
                    "the label set of the settings",
                    String.valueOf(e.getMessage()),
                    "give labels, or correct tagging.labels");
        }
    }

    /// The name of the label set that this instance tags with; empty: it does not tag.
    Optional<String> labelSet() {
        return labelSet;
    }

    /// Fetches pictures for those who look at them, within the limits of the stream; empty: nobody looks here.
    Optional<MediaFetcher> pictureFetcher() {
        return lookups().map(asked -> Objects.requireNonNull(fetcher, "made with the index"));
    }

    List<RunningTopology> runners() {
        return runners;
    }

    /// Starts every topology; returns when they have begun to join their groups.
    public void start() {
        runners.forEach(RunningTopology::start);
    }

    /// Whether every topology runs.
    public boolean isRunning() {
        return runners.stream().allMatch(RunningTopology::isRunning);
    }

    /// Completes with what stopped a topology, if one ever stops by itself.
    public CompletableFuture<Object> failure() {
        return failure;
    }

    /// Drains the topologies, closes them, then what they used: all within the setting `shutdown-timeout` and a little.
    /// Once closed it does nothing.
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        long deadlineNanos = System.nanoTime() + settings.shutdownTimeout().toNanos();
        boolean drained = drain();
        for (RunningTopology runner : runners) {
            runner.close(atLeast(LEAST_CLOSE, Duration.ofNanos(deadlineNanos - System.nanoTime())));
        }
        if (!drained && embedder != null) {
            embedder.abort(); // nobody waits for what is queued
        }
        while (!resources.isEmpty()) {
            Closing.quietly(resources.pop());
        }
    }

    /// All at once: what one topology still finishes, the next may take or leave.
    private boolean drain() {
        List<CompletableFuture<Boolean>> drains = runners.stream()
                .map(runner -> CompletableFuture.supplyAsync(
                        () -> runner.drain(settings.shutdownTimeout()),
                        task -> Thread.ofVirtual().name("drain").start(task)))
                .toList();
        boolean drained = !drains.stream().map(CompletableFuture::join).toList().contains(false);
        if (!drained) {
            LOG.warn(
                    "What is in flight was not finished within {}: it is done again by whoever reads it next",
                    settings.shutdownTimeout());
        }
        return drained;
    }

    private static Duration atLeast(Duration least, Duration wanted) {
        return wanted.compareTo(least) < 0 ? least : wanted;
    }
}
