package dev.clipstream.topology.indexing;

import dev.clipstream.index.IndexDescription;
import dev.clipstream.index.MediaWrite;
import dev.clipstream.index.WriteOutcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// The meters of writes into an index. Safe for use by many threads.
///
/// | Meter | Kind | Meaning |
/// |---|---|---|
/// | `clipstream.index.writes` (outcome) | counter | writes by outcome: applied, stale |
/// | `clipstream.index.batch.size` | summary | writes in a batch |
/// | `clipstream.index.batch` | timer | time of a batch that the index took |
/// | `clipstream.index.failed.batches` | counter | batches that failed; each is retried |
/// | `clipstream.index.searchable` | timer | time from a medium's upload until searches find its vector |
/// | `clipstream.index.media` | gauge | media in the index at the last check |
/// | `clipstream.index.failures` | gauge | media that the store counts but searches miss |
public final class IndexingMetrics {
    private final Clock clock;
    private final Map<WriteOutcome, Counter> writes = new EnumMap<>(WriteOutcome.class);
    private final DistributionSummary batchSize;
    private final Timer batch;
    private final Counter failed;
    private final Timer searchable;
    private final AtomicLong media = new AtomicLong();
    private final AtomicLong unindexed = new AtomicLong();

    /// Registers the meters.
    ///
    /// @param clock gives the time at which searches find a medium
    public IndexingMetrics(MeterRegistry registry, Clock clock) {
        this.clock = clock;
        for (WriteOutcome outcome : WriteOutcome.values()) {
            writes.put(
                    outcome,
                    Counter.builder("clipstream.index.writes")
                            .description("Writes to the index")
                            .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        batchSize = DistributionSummary.builder("clipstream.index.batch.size")
                .description("Writes in a batch")
                .register(registry);
        batch = Timer.builder("clipstream.index.batch")
                .description("Time that the index takes for a batch")
                .register(registry);
        failed = Counter.builder("clipstream.index.failed.batches")
                .description("Batches that the index rejected")
                .register(registry);
        searchable = Timer.builder("clipstream.index.searchable")
                .description("Time from the upload of a medium until a search finds its vector")
                .publishPercentileHistogram(false)
                .serviceLevelObjectives(
                        Duration.ofMillis(100), Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1))
                .register(registry);
        Gauge.builder("clipstream.index.media", media, AtomicLong::get)
                .description("Media in the index")
                .register(registry);
        Gauge.builder("clipstream.index.failures", unindexed, AtomicLong::get)
                .description("Media that Redis accepted and could not index")
                .register(registry);
    }

    /// Records the state of the index after a check.
    public void saw(IndexDescription index) {
        media.set(index.media());
        unindexed.set(index.failures());
    }

    void wrote(List<MediaWrite> written, List<WriteOutcome> outcomes, long nanos) {
        batchSize.record(written.size());
        batch.record(nanos, TimeUnit.NANOSECONDS);
        for (int i = 0; i < written.size(); i++) {
            Counter counter = writes.get(outcomes.get(i));
            if (counter != null) {
                counter.increment();
            }
            if (outcomes.get(i) == WriteOutcome.APPLIED && written.get(i) instanceof MediaWrite.PutVector put) {
                searchable.record(nanosSince(put.details().uploadedAt()), TimeUnit.NANOSECONDS);
            }
        }
    }

    /// Returns the time since an upload in nanoseconds. It is limited to what a `long` holds, 292 years, since an
    /// event may claim any time, and to 0 for an upload in the future.
    private long nanosSince(Instant uploaded) {
        return Math.max(0, TimeUnit.NANOSECONDS.convert(Duration.between(uploaded, clock.instant())));
    }

    void failed() {
        failed.increment();
    }
}
