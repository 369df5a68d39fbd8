package dev.clipstream.topology.async;

import dev.clipstream.topology.StageMetrics;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/// What the clients of a topology report about its commits and its partitions that wait. Safe for use by many threads.
final class CommitMetrics {
    private final Timer metadata;
    private final DistributionSummary characters;
    private final Map<WaitReason, AtomicInteger> waiting = new EnumMap<>(WaitReason.class);
    private final Map<HeldOffsets, Collection<WaitReason>> ofThread = new ConcurrentHashMap<>();

    CommitMetrics(StageMetrics metrics) {
        this.metadata = metrics.plainTimer(
                "clipstream.offsets.metadata", "Time to find the offsets and the metadata of a commit");
        this.characters = metrics.summary(
                "clipstream.offsets.metadata.characters", "Characters of metadata that a commit holds for a partition");
        for (WaitReason reason : WaitReason.values()) {
            waiting.put(
                    reason,
                    metrics.gauge(
                            "clipstream.partitions.waiting",
                            "Partitions that are not read for now",
                            "reason",
                            reason.tag()));
        }
    }

    /// Measures a commit.
    Map<TopicPartition, OffsetAndMetadata> timed(Supplier<Map<TopicPartition, OffsetAndMetadata>> commit) {
        long started = System.nanoTime();
        Map<TopicPartition, OffsetAndMetadata> offsets = commit.get();
        metadata.record(System.nanoTime() - started, java.util.concurrent.TimeUnit.NANOSECONDS);
        offsets.values().forEach(offset -> characters.record(offset.metadata().length()));
        return offsets;
    }

    /// Notes why partitions of a thread wait.
    void waiting(HeldOffsets thread, Collection<WaitReason> reasons) {
        if (reasons.isEmpty() && !ofThread.containsKey(thread)) {
            return;
        }
        ofThread.put(thread, reasons);
        waiting.forEach((reason, number) -> number.set(ofThread.values().stream()
                .mapToInt(ofOne -> Collections.frequency(ofOne, reason))
                .sum()));
        if (reasons.isEmpty()) {
            ofThread.remove(thread);
        }
    }
}
