package dev.clipstream.topology.tagging;

import dev.clipstream.topology.StageMetrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToLongFunction;

/// What an instance reports about the re-tagging of its partitions. Safe for use by many threads.
///
/// | Meter | Kind | Meaning |
/// |---|---|---|
/// | `clipstream.retagging.partitions` | gauge | partitions whose media are being tagged again |
/// | `clipstream.retagging.media.done` | gauge | media of these partitions that were compared |
/// | `clipstream.retagging.media.total` | gauge | media of these partitions, estimated |
/// | `clipstream.retagging.remaining` | gauge | seconds until the last is done, estimated; 0: none, or unknown |
/// | `clipstream.retagging.published` | counter | media whose tags were written again |
/// | `clipstream.retagging.slice` | timer | time of a slice, which a record may wait for |
/// | `clipstream.alerts` | counter | matches of standing queries, of new media and of old ones |
final class RetaggingMetrics {
    private final Map<Integer, RetaggingProgress> running = new ConcurrentHashMap<>();
    private final Counter published;
    private final Counter alerts;
    private final Timer slice;

    RetaggingMetrics(StageMetrics metrics) {
        metrics.gauge(
                "clipstream.retagging.partitions", "Partitions whose media are being tagged again", running::size);
        metrics.gauge(
                "clipstream.retagging.media.done",
                "Media of partitions that are being tagged again, compared so far",
                () -> sum(RetaggingProgress::done));
        metrics.gauge(
                "clipstream.retagging.media.total",
                "Media of partitions that are being tagged again, estimated",
                () -> sum(RetaggingProgress::total));
        metrics.gauge(
                "clipstream.retagging.remaining",
                "Seconds until all media are tagged again, estimated",
                this::remainingSeconds);
        this.published = metrics.counter("clipstream.retagging.published", "Media whose tags were written again");
        this.alerts = metrics.counter("clipstream.alerts", "Matches of standing queries");
        this.slice = metrics.plainTimer("clipstream.retagging.slice", "Time of a slice of re-tagging");
    }

    /// Notes the progress of a partition.
    void progress(RetaggingProgress progress) {
        if (progress.isDone()) {
            running.remove(progress.partition());
        } else {
            running.put(progress.partition(), progress);
        }
    }

    /// Forgets a partition, because its task is closed.
    void closed(int partition) {
        running.remove(partition);
    }

    void published(long media) {
        published.increment((double) media);
    }

    void alerts(long matches) {
        alerts.increment((double) matches);
    }

    Timer slice() {
        return slice;
    }

    private int sum(ToLongFunction<RetaggingProgress> number) {
        return Math.toIntExact(Math.min(
                Integer.MAX_VALUE, running.values().stream().mapToLong(number).sum()));
    }

    private int remainingSeconds() {
        return running.values().stream()
                .flatMap(progress -> progress.remaining().stream())
                .max(Comparator.naturalOrder())
                .map(Duration::toSeconds)
                .map(Math::toIntExact)
                .orElse(0);
    }
}
