package dev.clipstream.topology.async;

import dev.clipstream.topology.StageMetrics;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/// What the clients of a topology report about its commits and its partitions that wait. Safe for use by many threads.
final class CommitMetrics {
    private final Timer metadata;
    private final DistributionSummary characters;
    private final Map<HeldOffsets, Collection<WaitReason>> ofThread = new ConcurrentHashMap<>();

    CommitMetrics(StageMetrics metrics) {
        this.metadata = metrics.plainTimer(
                "clipstream.offsets.metadata", "Time to find the offsets and the metadata of a commit");
        this.characters = metrics.summary(
                "clipstream.offsets.metadata.characters", "Characters of metadata that a commit holds for a partition");
        for (WaitReason reason : WaitReason.values()) {
            metrics.gauge(
                    "clipstream.partitions.waiting",
                    "Partitions that are not read for now",
                    "reason",
                    reason.tag(),
                    () -> waiting(reason));
        }
    }

    /// Measures a commit.
    Map<TopicPartition, OffsetAndMetadata> timed(Supplier<Map<TopicPartition, OffsetAndMetadata>> commit) {
        long started = System.nanoTime();
        Map<TopicPartition, OffsetAndMetadata> offsets = commit.get();
        metadata.record(System.nanoTime() - started, TimeUnit.NANOSECONDS);
        offsets.values().forEach(offset -> characters.record(offset.metadata().length()));
        return offsets;
    }

    /// Notes why partitions of a thread wait.
    void waiting(HeldOffsets thread, Collection<WaitReason> reasons) {
        if (reasons.isEmpty()) {
            ofThread.remove(thread);
        } else {
            ofThread.put(thread, reasons);
        }
    }

    private int waiting(WaitReason reason) {
        return ofThread.values().stream()
                .mapToInt(reasons -> Collections.frequency(reasons, reason))
                .sum();
    }
}
