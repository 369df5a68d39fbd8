package dev.clipstream.runtime.web;

import dev.clipstream.event.Stage;
import dev.clipstream.event.Topics;
import dev.clipstream.index.IndexDescription;
import dev.clipstream.index.IndexHealth;
import dev.clipstream.index.IndexMissingException;
import dev.clipstream.index.IndexUnavailableException;
import dev.clipstream.index.MediaIndex;
import dev.clipstream.index.MediaIndexes;
import dev.clipstream.runtime.pipeline.Pipeline;
import dev.clipstream.runtime.settings.BundledModel;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// Returns the state of an instance as JSON members, mostly from its meters. Safe for use by many threads.
final class PipelineState implements Supplier<Map<String, @Nullable Object>> {
    /// Minimum interval of rates, which would be noise otherwise, and between requests to the index.
    private static final Duration REFRESH_EVERY = Duration.ofSeconds(2);

    private final Pipeline pipeline;
    private final MeterRegistry meters;
    private final Topics topics;
    private final int maxResults;
    // an index that does not answer delays one caller only; the others get the last state
    private final ReentrantLock refreshing = new ReentrantLock();
    private boolean refreshed;
    private long refreshedNanos = System.nanoTime();
    private Passed passed;
    private volatile Rates rates = new Rates(0, 0, 0);
    private volatile @Nullable Map<String, @Nullable Object> index;

    /// @param topics     whose lag is reported
    /// @param maxResults the largest number of results per search
    PipelineState(Pipeline pipeline, MeterRegistry meters, Topics topics, int maxResults) {
        this.pipeline = pipeline;
        this.meters = meters;
        this.topics = topics;
        this.maxResults = maxResults;
        this.passed = passed();
    }

    /// How many events had an outcome since the start.
    ///
    /// @param events   of embedding, rejections included
    /// @param embedded images that the model embedded
    /// @param rejected rejections of every topology
    private record Passed(long events, long embedded, long rejected) {}

    /// The same per second.
    private record Rates(double events, double embedded, double rejected) {}

    @Override
    public Map<String, @Nullable Object> get() {
        if (refreshing.tryLock()) {
            try {
                refresh();
            } finally {
                refreshing.unlock();
            }
        }
        Map<String, @Nullable Object> state = new LinkedHashMap<>();
        state.put("model", pipeline.model().identity());
        state.put("modelForPhotographs", forPhotographs());
        state.put(
                "askedModel",
                pipeline.lookups().map(lookups -> lookups.last().model()).orElse(null));
        state.put("labelSet", pipeline.labelSet().orElse(null));
        Map<String, String> streams = new LinkedHashMap<>();
        pipeline.runners().forEach(runner -> streams.put(runner.name().label(), runner.state()));
        state.put("streams", streams);
        Rates now = rates;
        state.put("eventsPerSecond", now.events());
        state.put("embeddedPerSecond", now.embedded());
        state.put("rejectedPerSecond", now.rejected());
        state.put("meanBatch", meanBatch());
        state.put("queued", sum("clipstream.queue.depth", null, PipelineState::value));
        state.put("inFlight", sum("clipstream.in.flight", null, PipelineState::value));
        state.put("lag", lag(topics.uploaded()));
        state.put("backfillLag", topics.backfill().isEmpty() ? null : lag(topics.backfill()));
        state.put("embedded", embedded());
        state.put("tagged", passed("tagging", "tag"));
        state.put("rejected", rejections());
        state.put("index", index);
        state.put("maxResults", maxResults);
        return state;
    }

    /// Returns by language the command that starts the demo with a model that knows photographs; null if the own model
    /// may know some.
    private @Nullable Map<String, String> forPhotographs() {
        return BundledModel.is(pipeline.model().identity())
                ? Map.of(
                        "en", BundledModel.commandForPhotographs("demo", "en"),
                        "zh", BundledModel.commandForPhotographs("demo", "zh"))
                : null;
    }

    private void refresh() {
        long now = System.nanoTime();
        long past = now - refreshedNanos;
        if (!refreshed || past >= REFRESH_EVERY.toNanos()) {
            refreshed = true;
            Passed before = passed;
            passed = passed();
            double seconds = Math.max(past, 1) / 1e9;
            rates = new Rates(
                    (passed.events() - before.events()) / seconds,
                    (passed.embedded() - before.embedded()) / seconds,
                    (passed.rejected() - before.rejected()) / seconds);
            refreshedNanos = now;
            index = pipeline.indexes().map(this::index).orElse(null);
        }
    }

    private Map<String, @Nullable Object> index(MediaIndexes store) {
        IndexHealth health = store.health();
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("kind", store.kind());
        try {
            IndexDescription found = store.find(pipeline.model().identity())
                    .map(MediaIndex::describe)
                    .orElse(null);
            members.put("name", found == null ? null : found.name());
            members.put("media", found == null ? null : found.media());
            members.put("filling", found == null ? null : found.filling());
        } catch (IndexUnavailableException | IndexMissingException away) {
            members.put("name", null);
            members.put("media", null);
            members.put("filling", null);
        }
        boolean filling = health.state() == IndexHealth.State.UP && Boolean.TRUE.equals(members.get("filling"));
        members.put("health", filling ? "FILLING" : health.state().name());
        members.put("message", health.message());
        return members;
    }

    private Passed passed() {
        return new Passed(
                passed("embedding", "held"),
                embedded(),
                rejections().values().stream().mapToLong(Long::longValue).sum());
    }

    private long embedded() {
        double failed = meters.find("clipstream.rejected").tag("stage", Stage.EMBED.name()).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
        return passed("embedding", "embed") - (long) failed;
    }

    private long passed(String topology, String stage) {
        Timer timer = meters.find("clipstream.stage")
                .tags("topology", topology, "stage", stage)
                .timer();
        return timer == null ? 0 : timer.count();
    }

    /// Returns the mean number of images in a run of the model since the start; null: none ran.
    private @Nullable Double meanBatch() {
        double pictures = 0;
        long runs = 0;
        for (DistributionSummary sizes : meters.find("clipstream.batch.size").summaries()) {
            pictures += sizes.totalAmount();
            runs += sizes.count();
        }
        return runs == 0 ? null : pictures / runs;
    }

    private Map<String, Long> rejections() {
        Map<String, Long> reasons = new TreeMap<>();
        for (Counter counter : meters.find("clipstream.rejected").counters()) {
            if (counter.count() > 0) {
                reasons.merge(String.valueOf(counter.getId().getTag("reason")), (long) counter.count(), Long::sum);
            }
        }
        return reasons;
    }

    private long lag(String topic) {
        return sum("kafka.consumer.fetch.manager.records.lag", topic, PipelineState::value);
    }

    /// @param topic of the meters; null: any
    private long sum(String name, @Nullable String topic, ToDoubleFunction<Meter> value) {
        return (long) meters.find(name).meters().stream()
                .filter(meter -> topic == null || topic.equals(meter.getId().getTag("topic")))
                .mapToDouble(value)
                .filter(Double::isFinite)
                .sum();
    }

    private static double value(Meter meter) {
        return meter instanceof Gauge gauge ? gauge.value() : 0;
    }
}
