package dev.clipstream.runtime.pipeline;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.ImageSession;
import dev.clipstream.clip.ModelException;
import dev.clipstream.fetch.MediaFetcher;
import dev.clipstream.index.MediaIndexes;
import dev.clipstream.runtime.kafka.KafkaProperties;
import dev.clipstream.runtime.kafka.KafkaTopicFacts;
import dev.clipstream.runtime.kafka.RunningTopology;
import dev.clipstream.runtime.kafka.labels.LabelFeed;
import dev.clipstream.runtime.kafka.labels.LabelTaggers;
import dev.clipstream.runtime.settings.BundledModel;
import dev.clipstream.runtime.settings.SettingException;
import dev.clipstream.runtime.settings.Settings;
import dev.clipstream.runtime.settings.StartException;
import dev.clipstream.runtime.settings.TopologyName;
import dev.clipstream.search.LiveLookups;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The topologies of one instance and what they share: the model, the fetcher and the tagger.
///
/// [#create] opens the shared parts first, in that order, then each topology, which owns all that only it uses. They
/// are closed in the reverse order.
public final class Pipeline implements AutoCloseable {
    /// Minimum time to close a topology after its drain.
    private static final Duration LEAST_CLOSE = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);

    private final Duration shutdownTimeout;
    private final ClipModel model;
    private final int maxBatch;
    private final Optional<MediaFetcher> fetcher;
    private final Optional<InstanceLabels> labels;
    private final Optional<TaggingStage> tagging;
    private final Optional<IndexingStage> indexing;
    private final List<TopologyStage> stages;
    private final List<RunningTopology> runners;
    private final KafkaTopicFacts topics;
    private final Resources opened;
    private final CompletableFuture<Object> failure;
    private final AtomicBoolean closed = new AtomicBoolean();

    /// @param stages all of them, in processing order
    /// @param opened all resources, the stages among them
    private Pipeline(
            Instance instance,
            Optional<MediaFetcher> fetcher,
            Optional<InstanceLabels> labels,
            Optional<TaggingStage> tagging,
            Optional<IndexingStage> indexing,
            List<TopologyStage> stages,
            Resources opened) {
        this.shutdownTimeout = instance.settings().shutdownTimeout();
        this.model = instance.model();
        this.maxBatch = EmbeddingStage.maxBatch(instance.settings(), model);
        this.fetcher = fetcher;
        this.labels = labels;
        this.tagging = tagging;
        this.indexing = indexing;
        this.stages = List.copyOf(stages);
        this.runners = stages.stream().map(TopologyStage::runner).toList();
        this.topics = opened.own(instance.topics());
        this.opened = opened;
        this.failure = CompletableFuture.anyOf(
                runners.stream().map(RunningTopology::failure).toArray(CompletableFuture[]::new));
    }

    /// Opens the model, reads the labels and builds the topologies; starts nothing.
    ///
    /// @param meters  registry of the metrics
    /// @param devices wraps the session of each device, to measure it; otherwise the identity
    /// @throws SettingException if a setting is refused
    /// @throws StartException   if the model or the labels are refused
    public static Pipeline create(
            Settings settings, MeterRegistry meters, Clock clock, UnaryOperator<ImageSession> devices)
            throws StartException {
        List<TopologyStage> stages = new ArrayList<>();
        Resources opened = new Resources();
        try {
            // before the state gets a temporary folder: these vectors are to survive a restart
            Path textVectors = KafkaProperties.textVectors(settings.kafka());
            return create(StateFolder.in(settings, opened), textVectors, meters, clock, devices, stages, opened);
        } catch (StartException | RuntimeException e) {
            stages.forEach(stage -> stage.runner().close(LEAST_CLOSE));
            opened.close();
            throw e;
        }
    }

    private static Pipeline create(
            Settings settings,
            Path textVectors,
            MeterRegistry meters,
            Clock clock,
            UnaryOperator<ImageSession> devices,
            List<TopologyStage> stages,
            Resources opened)
            throws StartException {
        Set<TopologyName> wanted = settings.topologies();
        if (BundledModel.isNamedBy(settings.model().path())) {
            LOG.info(BundledModel.notice("run"));
        }
        ClipModel model = opened.own(Models.open(settings));
        Instance instance = Instance.of(settings, meters, clock, model);
        Optional<MediaFetcher> fetcher = Optional.empty();
        if (wanted.contains(TopologyName.EMBEDDING) || wanted.contains(TopologyName.INDEXING)) {
            fetcher = Optional.of(opened.own(fetcher(settings)));
        }
        Optional<InstanceLabels> labels = Optional.empty();
        Optional<ModelException> cannotTag = Optional.empty();
        if (wanted.contains(TopologyName.TAGGING) || wanted.contains(TopologyName.INDEXING)) {
            try {
                labels = Optional.of(InstanceLabels.open(instance, textVectors));
                opened.own(labels.get().feed());
            } catch (ModelException e) {
                if (wanted.contains(TopologyName.TAGGING)) {
                    throw new StartException("tagging: " + e.getMessage(), e);
                }
                // searches without labels need no scale
                cannotTag = Optional.of(e);
            }
        }

        if (wanted.contains(TopologyName.EMBEDDING)) {
            stages.add(opened.own(EmbeddingStage.open(
                    instance, fetcher.orElseThrow(), Models.preprocessor(settings, model), devices)));
        }
        Optional<TaggingStage> tagging = Optional.empty();
        if (wanted.contains(TopologyName.TAGGING)) {
            InstanceLabels tags = labels.orElseThrow();
            tagging = Optional.of(opened.own(TaggingStage.open(instance, tags.tagger(), tags.configured())));
            stages.add(tagging.get());
        }
        Optional<IndexingStage> indexing = Optional.empty();
        if (wanted.contains(TopologyName.INDEXING)) {
            SearchTaggers taggers = new SearchTaggers(model, labels, cannotTag);
            indexing = Optional.of(opened.own(IndexingStage.open(instance, taggers)));
            stages.add(indexing.get());
        }
        return new Pipeline(instance, fetcher, labels, tagging, indexing, stages, opened);
    }

    private static MediaFetcher fetcher(Settings settings) throws SettingException {
        try {
            return MediaSources.open(settings.fetch(), settings.embedding().maxBytes());
        } catch (IllegalArgumentException e) {
            throw new SettingException(String.valueOf(e.getMessage()), e);
        }
    }

    /// Returns the model of the instance, which the pipeline closes.
    public ClipModel model() {
        return model;
    }

    /// Returns the maximum number of images in a batch.
    public int maxBatch() {
        return maxBatch;
    }

    /// Returns the store of the index that the topology `indexing` fills; empty: the instance does not run it.
    public Optional<MediaIndexes> indexes() {
        return indexing.map(IndexingStage::indexes);
    }

    /// Returns the searches in the index that the topology `indexing` fills; empty: the instance does not run it.
    public Optional<LiveLookups> lookups() {
        return indexing.map(IndexingStage::lookups);
    }

    /// Returns what follows the topic of label sets; empty: this instance neither tags nor searches by label.
    public Optional<LabelFeed> labelFeed() {
        return labels.map(InstanceLabels::feed);
    }

    /// Returns what makes taggers of the instance's model; empty: this instance neither tags nor searches by label.
    public Optional<LabelTaggers> labelTaggers() {
        return labels.map(InstanceLabels::taggers);
    }

    /// Returns the name of the primary label set that this instance tags with now; empty: it does not tag.
    public Optional<String> labelSet() {
        return tagging.flatMap(TaggingStage::labelSet);
    }

    /// Returns the fetcher for images that clients of the HTTP API view. It is the topology's own, with its limits.
    /// Empty: this instance has no index, and thus nothing to view.
    public Optional<MediaFetcher> pictureFetcher() {
        return indexing.isPresent() ? fetcher : Optional.empty();
    }

    /// Returns the topologies in processing order.
    public List<RunningTopology> runners() {
        return runners;
    }

    /// Reads the topic of label sets, then starts all topologies; returns when they have begun to join their groups.
    ///
    /// @throws StartException if the label sets cannot be read, or other instances disagree with this one; the caller
    ///     closes this pipeline
    public void start() throws StartException {
        topics.load();
        if (labels.isPresent()) {
            labels.get().feed().load();
        }
        for (RunningTopology runner : runners) {
            runner.start();
        }
    }

    /// Returns whether all topologies run.
    public boolean isRunning() {
        return runners.stream().allMatch(RunningTopology::isRunning);
    }

    /// Completes with the cause when a topology stops on its own.
    public CompletableFuture<Object> failure() {
        return failure;
    }

    /// Drains and closes the topologies, then closes the resources that they used. Takes at most the setting
    /// `shutdown-timeout` and a few seconds. A second call does nothing.
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        long deadlineNanos = System.nanoTime() + shutdownTimeout.toNanos();
        boolean drained = drain();
        Duration left = Duration.ofNanos(deadlineNanos - System.nanoTime());
        Duration limit = left.compareTo(LEAST_CLOSE) < 0 ? LEAST_CLOSE : left;
        forEach("close", runner -> {
            runner.close(limit);
            return true;
        });
        if (!drained) {
            stages.forEach(TopologyStage::abort);
        }
        opened.close();
    }

    /// Drains all topologies at the same time. They do not wait for each other: the results of one are committed input
    /// of the next, which may process them later.
    private boolean drain() {
        long startNanos = System.nanoTime();
        boolean drained = forEach("drain", runner -> runner.drain(shutdownTimeout));
        if (!drained && !failure.isDone()) {
            Duration waited = Duration.ofNanos(System.nanoTime() - startNanos);
            LOG.warn("Records in flight were not finished after {} s, and will be processed again", waited.toSeconds());
        }
        return drained;
    }

    /// Does something with all topologies at the same time, so that the time of one is that of all.
    ///
    /// @return whether it succeeded for each
    private boolean forEach(String name, Predicate<RunningTopology> action) {
        List<CompletableFuture<Boolean>> actions = runners.stream()
                .map(runner -> CompletableFuture.supplyAsync(
                        () -> action.test(runner),
                        task -> Thread.ofVirtual().name(name).start(task)))
                .toList();
        return !actions.stream().map(CompletableFuture::join).toList().contains(false);
    }
}
