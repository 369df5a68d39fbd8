package dev.clipstream.topology;

import dev.clipstream.event.RejectionReason;
import dev.clipstream.event.Stage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The meters of one topology in a JVM. Safe for use by many threads.
///
/// | Meter | Kind | Meaning |
/// |---|---|---|
/// | `clipstream.stage` (topology, stage) | timer | time in a stage, see below |
/// | `clipstream.in.flight` (topology) | gauge | records read and not yet forwarded |
/// | `clipstream.records.skipped` (topology) | counter | records whose outcome was written before the task started |
/// | `clipstream.offsets.metadata` (topology) | timer | time to find the offsets and the metadata of a commit |
/// | `clipstream.offsets.metadata.characters` (topology) | summary | metadata of a committed offset, at most 4,096 |
/// | `clipstream.partitions.waiting` (topology, reason) | gauge | partitions that are not read for now, see below |
/// | `clipstream.rejected` (topology, stage, reason) | counter | rejections, by their reason code |
/// | `clipstream.rejections.dropped` (topology) | counter | rejections that their topic does not accept in any form |
/// | `clipstream.keys.misplaced` (topology) | counter | records outside the partition of their key |
/// | `clipstream.uploads.implausible` (topology) | counter | uploads before 1990 or more than a day ahead |
/// | `clipstream.circuits.open` (topology) | gauge | servers that fail, so that fetches from them are refused |
/// | `clipstream.circuits.opened` (topology) | counter | servers that began to fail |
/// | `clipstream.circuits.closed` (topology) | counter | servers that failed and answered again |
/// | `clipstream.circuits.refused` (topology) | counter | media refused without an attempt: their server fails |
/// | `clipstream.offsets.lost` (topology) | counter | offsets that were deleted or skipped before they were read |
/// | `clipstream.partitions.restarted` (topology) | counter | partitions that were shorter than what was committed |
///
/// Stages: `fetch` and `decode` measure their own time, `embed` the time in queue and model, `held` the time from
/// reading a record to forwarding its outcome, `tag` the time from reading a vector to forwarding its tags.
///
/// Partitions wait because enough records are being worked on (`window`), because the values in flight take as much
/// memory as they may (`memory`), or because a commit can name no more records in flight (`metadata`).
///
/// The part that updates a meter registers it when it is created. So each topology has only the meters of its own
/// stages, and they start at 0.
public final class StageMetrics {
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(20),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(200),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30)
    };

    private final MeterRegistry registry;
    private final String topology;
    private @Nullable AtomicInteger inFlight;

    /// @param topology the topology's name, which is a tag of each meter
    public StageMetrics(MeterRegistry registry, String topology) {
        this.registry = registry;
        this.topology = topology;
    }

    /// Returns the timer of a stage; the same for the same name.
    public Timer timer(String stage) {
        return Timer.builder("clipstream.stage")
                .description("Time that a record spends in a stage")
                .tag("topology", topology)
                .tag("stage", stage)
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    /// Returns the number behind the gauge of records in flight; the same at every call. The first call registers the
    /// gauge.
    public synchronized AtomicInteger inFlight() {
        AtomicInteger known = inFlight;
        if (known == null) {
            known = new AtomicInteger();
            Gauge.builder("clipstream.in.flight", known, AtomicInteger::get)
                    .description("Records between reading and forwarding their outcome")
                    .tag("topology", topology)
                    .strongReference(true)
                    .register(registry);
            inFlight = known;
        }
        return known;
    }

    /// Returns a timer of the topology; the same for the same name.
    public Timer plainTimer(String name, String description) {
        return Timer.builder(name)
                .description(description)
                .tag("topology", topology)
                .register(registry);
    }

    /// Returns a summary of the topology; the same for the same name.
    public DistributionSummary summary(String name, String description) {
        return DistributionSummary.builder(name)
                .description(description)
                .tag("topology", topology)
                .register(registry);
    }

    /// Registers a gauge of the topology with a further tag.
    public void gauge(String name, String description, String tag, String value, Supplier<Number> number) {
        Gauge.builder(name, number)
                .description(description)
                .tag("topology", topology)
                .tag(tag, value)
                .register(registry);
    }

    /// Registers a gauge of the topology.
    ///
    /// @param value read at each query of the gauge
    public void gauge(String name, String description, IntSupplier value) {
        Gauge.builder(name, value, IntSupplier::getAsInt)
                .description(description)
                .tag("topology", topology)
                .strongReference(true)
                .register(registry);
    }

    /// Returns a counter of the topology; the same for the same name.
    public Counter counter(String name, String description) {
        return Counter.builder(name)
                .description(description)
                .tag("topology", topology)
                .register(registry);
    }

    /// Registers the rejection counters of some stages.
    public void countRejections(Set<Stage> stages) {
        for (RejectionReason reason : RejectionReason.values()) {
            if (stages.contains(reason.stage())) {
                rejections(reason);
            }
        }
    }

    /// Returns the rejection counter of a reason; the same for the same reason.
    public Counter rejections(RejectionReason reason) {
        return Counter.builder("clipstream.rejected")
                .description("Rejected records")
                .tag("topology", topology)
                .tag("stage", reason.stage().name())
                .tag("reason", reason.code())
                .register(registry);
    }
}
