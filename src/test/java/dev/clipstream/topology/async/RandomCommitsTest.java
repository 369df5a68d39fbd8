package dev.clipstream.topology.async;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.topology.Position;
import dev.clipstream.topology.StageMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.File;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.internals.ProcessorMetadata;
import org.apache.kafka.streams.processor.internals.TopicPartitionMetadata;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random histories of a task with two partitions: reads, completions in any order, commits, kills, and starts on the
/// same or on another thread. What a commit says must be exactly what was written with it.
///
/// Outputs become visible with their commit, as under exactly-once. Logs have gaps, as compacted topics do.
class RandomCommitsTest {
    private static final List<TopicPartition> PARTITIONS =
            List.of(new TopicPartition("in", 0), new TopicPartition("other", 0));
    private static final int STEPS = 3_000;
    private static final int KEYS = 12;
    private static final String STREAMS_METADATA = new TopicPartitionMetadata(77, new ProcessorMetadata()).encode();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void everyOutcomeIsWrittenOnceAndInTheOrderOfItsKey(long seed) {
        // given
        var history = new History(seed, true);

        // when
        history.run();

        // then
        assertThat(history.kills).isPositive();
        assertThat(history.overtakes()).isPositive();
        assertThat(history.written).doesNotHaveDuplicates();
        assertThat(history.written).containsExactlyInAnyOrderElementsOf(history.allPositions());
        history.keysAreInOrder();
    }

    /// The control: without the metadata, outcomes are written again. If they were not, the test above could not fail.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void withoutTheMetadataOutcomesAreWrittenTwice(long seed) {
        // given
        var history = new History(seed, false);

        // when
        history.run();

        // then
        assertThat(history.written).containsAll(history.allPositions());
        assertThat(new HashSet<>(history.written)).hasSizeLessThan(history.written.size());
    }

    private static final class History {
        /// @param number in the order in which records were appended, over both partitions
        private record Event(Position position, @Nullable String key, int number) {}

        /// One partition: its records, and how far they were read and committed.
        private static final class Log {
            private final TopicPartition partition;
            private final List<Event> events = new ArrayList<>();
            private int read;
            private @Nullable OffsetAndMetadata committed;

            Log(TopicPartition partition) {
                this.partition = partition;
            }

            List<Position> positions() {
                return events.stream().map(Event::position).toList();
            }
        }

        /// Work by the position of its record.
        private static final class Working implements AsyncWork<String, byte[], Position> {
            private final List<CompletableFuture<Supplier<Position>>> begun = new ArrayList<>();
            private final List<Position> positions = new ArrayList<>();

            @Override
            public Pending<Position> begin(Record<String, byte[]> record, Position position) {
                begun.add(new CompletableFuture<>());
                positions.add(position);
                return new Pending<>(begun.getLast(), waited -> position);
            }

            void finishOne(Random random) {
                if (!begun.isEmpty()) {
                    int index = random.nextInt(begun.size());
                    Position position = positions.remove(index);
                    begun.remove(index).complete(() -> position);
                }
            }
        }

        private final Random random;
        private final boolean keepsMetadata;
        private final List<Log> logs = PARTITIONS.stream().map(Log::new).toList();
        private final List<Position> written = new ArrayList<>();
        private int appended;
        private int kills;
        private HeldOffsets held = new HeldOffsets();
        private Working work = new Working();
        private MockProcessorContext<String, Position> context = context();
        private HeldOffsetsStage<String, byte[], Position> stage;

        /// @param keepsMetadata whether the broker keeps the metadata of commits, not only that of Kafka Streams
        private History(long seed, boolean keepsMetadata) {
            this.random = new Random(seed);
            this.keepsMetadata = keepsMetadata;
            this.stage = stage();
        }

        private void run() {
            for (int step = 0; step < STEPS; step++) {
                switch (random.nextInt(10)) {
                    case 0, 1, 2 -> append();
                    case 3, 4, 5 -> process();
                    case 6, 7 -> work.finishOne(random);
                    case 8 -> tick();
                    default -> {
                        if (random.nextInt(3) > 0) {
                            commit();
                        } else if (random.nextInt(4) == 0) {
                            restart();
                        }
                    }
                }
            }
            while (!isDone()) {
                process();
                work.finishOne(random);
                tick();
            }
            commit();
        }

        private void append() {
            Log log = logs.get(random.nextInt(2));
            long next = log.events.isEmpty()
                    ? random.nextInt(5)
                    : log.events.getLast().position().offset() + 1;
            int gap = random.nextInt(4) == 0 ? random.nextInt(300) : 0;
            String key = random.nextInt(20) == 0 ? null : "key " + random.nextInt(KEYS);
            log.events.add(new Event(new Position(log.partition, next + gap), key, appended++));
        }

        private void process() {
            Log log = logs.get(random.nextInt(2));
            if (log.read < log.events.size() && held.inFlight() < 200) {
                Event event = log.events.get(log.read++);
                held.polled(records(event));
                context.setRecordMetadata(
                        log.partition.topic(), 0, event.position().offset());
                stage.process(new Record<>(event.key(), new byte[1], event.number()));
            }
        }

        private void tick() {
            context.scheduledPunctuators().stream()
                    .filter(timer -> !timer.cancelled())
                    .toList()
                    .forEach(timer -> timer.getPunctuator().punctuate(0));
        }

        private void commit() {
            Map<TopicPartition, OffsetAndMetadata> wanted = new HashMap<>();
            for (Log log : logs) {
                if (log.read > 0) {
                    long next = log.events.get(log.read - 1).position().offset() + 1;
                    long offset = log.read < log.events.size() && random.nextBoolean()
                            ? log.events.get(log.read).position().offset()
                            : next;
                    wanted.put(log.partition, new OffsetAndMetadata(offset, Optional.of(1), STREAMS_METADATA));
                }
            }
            Map<TopicPartition, OffsetAndMetadata> commit = held.commit(wanted);
            context.forwarded()
                    .forEach(forwarded -> written.add(forwarded.record().value()));
            context.resetForwards();
            for (Log log : logs) {
                OffsetAndMetadata offset = commit.get(log.partition);
                if (offset != null) {
                    if (keepsMetadata) {
                        assertThatTheCommitSaysWhatIsWritten(log, offset);
                    }
                    log.committed = keepsMetadata
                            ? offset
                            : new OffsetAndMetadata(offset.offset(), offset.leaderEpoch(), STREAMS_METADATA);
                }
            }
        }

        private void assertThatTheCommitSaysWhatIsWritten(Log log, OffsetAndMetadata offset) {
            FinishedOffsets finished =
                    CommitMetadata.parse(offset.metadata(), offset.offset()).finished();
            List<Position> said = log.positions().stream()
                    .filter(position -> position.offset() < offset.offset()
                            || (finished != null && finished.contains(position.offset())))
                    .toList();
            assertThat(written.stream().filter(position -> position.partition().equals(log.partition)))
                    .containsExactlyInAnyOrderElementsOf(said);
        }

        /// Kills the task: what was forwarded since the last commit is lost. It starts on the same thread, as after a
        /// transaction that failed, or on another one.
        private void restart() {
            kills++;
            if (random.nextBoolean()) {
                stage.close();
            } else {
                held = new HeldOffsets();
            }
            work = new Working();
            context = context();
            Map<TopicPartition, @Nullable OffsetAndMetadata> answer = new HashMap<>();
            logs.forEach(log -> answer.put(log.partition, log.committed));
            Map<TopicPartition, @Nullable OffsetAndMetadata> streams = held.committed(answer);
            for (Log log : logs) {
                OffsetAndMetadata offset = streams.get(log.partition);
                assertThat(offset == null ? STREAMS_METADATA : offset.metadata())
                        .isEqualTo(STREAMS_METADATA);
                long from = offset == null ? 0 : offset.offset();
                log.read = Math.toIntExact(log.positions().stream()
                        .filter(position -> position.offset() < from)
                        .count());
            }
            stage = stage();
        }

        private boolean isDone() {
            return held.inFlight() == 0 && logs.stream().allMatch(log -> log.read == log.events.size());
        }

        private List<Position> allPositions() {
            return logs.stream().flatMap(log -> log.positions().stream()).toList();
        }

        private long overtakes() {
            long overtakes = 0;
            Map<TopicPartition, Long> newest = new HashMap<>();
            for (Position position : written) {
                if (position.offset() < newest.getOrDefault(position.partition(), 0L)) {
                    overtakes++;
                } else {
                    newest.put(position.partition(), position.offset());
                }
            }
            return overtakes;
        }

        /// Within a partition, the outcomes of a key are in the order of its log.
        private void keysAreInOrder() {
            Map<Position, Event> events = new HashMap<>();
            logs.forEach(log -> log.events.forEach(event -> events.put(event.position(), event)));
            Map<String, List<Long>> offsets = new HashMap<>();
            for (Position position : written) {
                String key = Objects.requireNonNull(events.get(position)).key();
                if (key != null) {
                    offsets.computeIfAbsent(key + position.partition(), same -> new ArrayList<>())
                            .add(position.offset());
                }
            }
            assertThat(offsets).hasSizeGreaterThan(KEYS);
            assertThat(offsets.values()).allSatisfy(ofKey -> assertThat(ofKey).isSorted());
        }

        private static MockProcessorContext<String, Position> context() {
            return new MockProcessorContext<>(new Properties(), new TaskId(0, 0), new File("."));
        }

        private HeldOffsetsStage<String, byte[], Position> stage() {
            held.clientsAreWrapped();
            HeldOffsets ofThread = held;
            var started = new HeldOffsetsStage<String, byte[], Position>(
                    work,
                    new StageLimits(1_000, 1 << 20, Duration.ofSeconds(60)),
                    new HeldMetrics(new StageMetrics(new SimpleMeterRegistry(), "test")),
                    new StageProgress(),
                    () -> ofThread);
            started.init(context);
            return started;
        }

        private static ConsumerRecords<byte[], byte[]> records(Event event) {
            Position position = event.position();
            return new ConsumerRecords<byte[], byte[]>(
                    Map.of(
                            position.partition(),
                            List.of(new ConsumerRecord<byte[], byte[]>(
                                    position.partition().topic(),
                                    position.partition().partition(),
                                    position.offset(),
                                    event.number(),
                                    TimestampType.CREATE_TIME,
                                    1,
                                    1,
                                    new byte[1],
                                    new byte[1],
                                    new RecordHeaders(),
                                    Optional.of(1)))),
                    Collections.emptyMap());
        }
    }
}
