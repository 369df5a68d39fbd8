package dev.clipstream.topology.topic;

import dev.clipstream.topology.StageMetrics;
import io.micrometer.core.instrument.Counter;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Resumes reading a partition in which the offset to resume at does not exist, and says what that means.
///
/// Kafka's consumer would do the same without a line. Its own setting is therefore `none`, and this class applies the
/// user's `auto.offset.reset`. Safe for use by many threads, which each have a consumer.
public final class MissingOffsets {
    private static final System.Logger LOG = System.getLogger(MissingOffsets.class.getName());
    private static final String BY_DURATION = "by_duration:";

    /// How long brokers may take to answer. The stream thread waits, and asks again at its next poll.
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration PATIENCE_FOR_A_LINE = Duration.ofSeconds(1);

    private final Clock clock;
    private final Counter lost;
    private final Counter restarted;

    /// @param clock dates the age of `by_duration`
    public MissingOffsets(StageMetrics metrics, Clock clock) {
        this.clock = clock;
        lost = metrics.counter("clipstream.offsets.lost", "Offsets that were deleted or skipped before they were read");
        restarted = metrics.counter(
                "clipstream.partitions.restarted", "Partitions that ended before the offset to resume at");
    }

    /// Seeks in the partitions of an exception, so that the next poll succeeds.
    ///
    /// @param policy the value of `auto.offset.reset`
    /// @return where the partitions are read now, as far as their leaders tell
    /// @throws InvalidOffsetException if the policy is `none`
    /// @throws TimeoutException if a partition has no leader that answers; the next poll throws the exception again
    public Map<TopicPartition, Long> resume(Consumer<?, ?> consumer, InvalidOffsetException thrown, String policy) {
        if (policy.equals("none")) {
            throw thrown;
        }
        switch (thrown) {
            case LogTruncationException truncated -> resumeTruncated(consumer, truncated, policy);
            case OffsetOutOfRangeException outOfRange ->
                resumeOutOfRange(consumer, outOfRange.offsetOutOfRangePartitions(), policy);
            case NoOffsetForPartitionException none -> begin(consumer, none.partitions(), policy);
            default -> throw thrown;
        }
        Map<TopicPartition, Long> positions = new HashMap<>();
        for (TopicPartition partition : thrown.partitions()) {
            position(consumer, partition).ifPresent(position -> positions.put(partition, position));
        }
        return positions;
    }

    /// Seeks to the committed offsets of partitions whose task starts, or starts over. Kafka Streams 4.3 does so
    /// itself, except if a rebalance comes in between: then the task would go on behind the records that it has to
    /// repeat.
    ///
    /// @param committed null values: nothing was committed
    public void repeat(
            Consumer<?, ?> consumer, Map<TopicPartition, @Nullable OffsetAndMetadata> committed, String policy) {
        Set<TopicPartition> assigned = consumer.assignment();
        committed.forEach((partition, offset) -> {
            if (offset != null && assigned.contains(partition)) {
                consumer.seek(partition, offset);
            } else if (assigned.contains(partition) && !policy.equals("none")) {
                reset(consumer, Set.of(partition), policy);
            }
        });
    }

    private void begin(Consumer<?, ?> consumer, Set<TopicPartition> partitions, String policy) {
        reset(consumer, partitions, policy);
        for (TopicPartition partition : partitions) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "The topic " + partition.topic() + ", partition " + partition.partition()
                            + ": no offset is committed, as for a new group or a topic that was created again. Reading"
                            + " begins " + place(position(consumer, partition)));
        }
    }

    private void resumeOutOfRange(Consumer<?, ?> consumer, Map<TopicPartition, Long> wanted, String policy) {
        Map<TopicPartition, Long> oldest = consumer.beginningOffsets(wanted.keySet(), PATIENCE);
        Map<TopicPartition, Long> ends = consumer.endOffsets(wanted.keySet(), PATIENCE);
        wanted.forEach((partition, offset) -> {
            long first = oldest.getOrDefault(partition, 0L);
            long end = ends.getOrDefault(partition, 0L);
            if (offset >= first && offset <= end) { // the brokers have it again
                consumer.seek(partition, offset);
                return;
            }
            reset(consumer, Set.of(partition), policy);
            OptionalLong resumed = position(consumer, partition);
            if (offset < first) {
                long next = Math.max(first, resumed.orElse(first));
                lost.increment((double) next - offset);
                warn(
                        partition,
                        offset,
                        "its oldest is " + first + ", so the " + (next - offset) + " offsets " + offset + " to "
                                + (next - 1) + " were deleted" + (next > first ? " or skipped" : "")
                                + " before they were read",
                        resumed,
                        """
                        Upload their media again, and raise retention.ms or retention.bytes of the topic""");
            } else {
                restarted.increment();
                warn(
                        partition,
                        offset,
                        "it ends at " + end + ", so the topic was created again or cut",
                        resumed,
                        "What it holds from there on is processed, even if it was before");
            }
        });
    }

    /// Brokers lost the end of a partition, and new records took its place: those are read.
    private void resumeTruncated(Consumer<?, ?> consumer, LogTruncationException truncated, String policy) {
        Map<TopicPartition, OffsetAndMetadata> known = truncated.divergentOffsets();
        Map<TopicPartition, Long> wanted = truncated.offsetOutOfRangePartitions();
        reset(
                consumer,
                wanted.keySet().stream()
                        .filter(partition -> !known.containsKey(partition))
                        .toList(),
                policy);
        known.forEach(consumer::seek);
        wanted.forEach((partition, offset) -> {
            restarted.increment();
            warn(
                    partition,
                    offset,
                    "the brokers lost its end",
                    position(consumer, partition),
                    "What took its place is processed");
        });
    }

    private static void warn(TopicPartition partition, long wanted, String found, OptionalLong resumed, String advice) {
        LOG.log(
                System.Logger.Level.WARNING,
                "The topic " + partition.topic() + ", partition " + partition.partition()
                        + ": Expected to resume at offset " + wanted + ", found that " + found
                        + ". Reading resumes " + place(resumed) + ". " + advice);
    }

    /// Returns where a partition is read; empty: its leader does not tell yet.
    private static OptionalLong position(Consumer<?, ?> consumer, TopicPartition partition) {
        try {
            return OptionalLong.of(consumer.position(partition, PATIENCE_FOR_A_LINE));
        } catch (TimeoutException | InvalidOffsetException e) { // the latter: of another partition
            return OptionalLong.empty();
        }
    }

    private static String place(OptionalLong position) {
        return position.isPresent() ? "at offset " + position.getAsLong() : "when the leader answers";
    }

    private void reset(Consumer<?, ?> consumer, Collection<TopicPartition> partitions, String policy) {
        if (partitions.isEmpty()) {
            return;
        }
        if (policy.equals("earliest")) {
            consumer.seekToBeginning(partitions);
        } else if (policy.startsWith(BY_DURATION)) {
            seekToAge(consumer, partitions, Duration.parse(policy.substring(BY_DURATION.length())));
        } else {
            consumer.seekToEnd(partitions);
        }
    }

    private void seekToAge(Consumer<?, ?> consumer, Collection<TopicPartition> partitions, Duration age) {
        long since = clock.instant().minus(age).toEpochMilli();
        Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(
                partitions.stream().collect(Collectors.toMap(Function.identity(), partition -> since)), PATIENCE);
        for (TopicPartition partition : partitions) {
            OffsetAndTimestamp offset = found.get(partition);
            if (offset == null) {
                consumer.seekToEnd(Set.of(partition));
            } else {
                consumer.seek(partition, offset.offset());
            }
        }
    }
}
