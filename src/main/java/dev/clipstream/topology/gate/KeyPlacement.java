package dev.clipstream.topology.gate;

import dev.clipstream.event.Partitioning;
import dev.clipstream.topology.Occurrences;
import dev.clipstream.topology.Position;
import dev.clipstream.topology.StageMetrics;
import dev.clipstream.topology.topic.TopicRules;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.common.TopicPartition;

/// Detects records outside the partition of their key, which producers with another partitioner write. Counts and logs
/// them. Safe for use by many threads.
public final class KeyPlacement {
    private static final System.Logger LOG = System.getLogger(KeyPlacement.class.getName());

    private final TopicRules rules;
    private final boolean rejects;
    private final Occurrences misplaced;

    public KeyPlacement(TopicRules rules, StageMetrics metrics) {
        this(
                rules,
                rules.rejectMisplaced(),
                new Occurrences(
                        metrics.counter("clipstream.keys.misplaced", "Records outside the partition of their key"),
                        LOG,
                        System.Logger.Level.WARNING));
    }

    private KeyPlacement(TopicRules rules, boolean rejects, Occurrences misplaced) {
        this.rules = rules;
        this.rejects = rejects;
        this.misplaced = misplaced;
    }

    /// Returns one that accepts all records and counts with this one. For topics that Clipstream writes: a misplaced
    /// record there is older than the topic's newest partitions.
    KeyPlacement counting() {
        return new KeyPlacement(rules, false, misplaced);
    }

    /// Returns why a record must be rejected; empty: its key is in place, or misplaced records are accepted.
    Optional<String> refusal(byte[] key, Position position) {
        TopicPartition found = position.partition();
        OptionalInt partitions = rules.facts().partitions(found.topic());
        // a partition that is not known yet: the topic has more by now
        if (partitions.isEmpty() || found.partition() >= partitions.getAsInt()) {
            return Optional.empty();
        }
        int expected = Partitioning.partition(key, partitions.getAsInt());
        if (expected == found.partition()) {
            return Optional.empty();
        }
        String message = "Expected the key of " + position + " in partition " + expected + " of "
                + partitions.getAsInt()
                + " (murmur2 of the key, as Kafka's Java client computes it), found it in partition "
                + found.partition() + ". Set the producer's partitioner (librdkafka: partitioner=murmur2_random)"
                + "; if the topic got more partitions, create a new topic instead";
        misplaced.note(() -> message + ": a deletion in another partition than its upload may have no effect");
        return rejects ? Optional.of(message + ".") : Optional.empty();
    }
}
