package dev.clipstream.topology.async;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.topology.Position;
import dev.clipstream.topology.StageMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.File;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
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

/// Random histories of a task with two partitions: polls, reads, completions in any order, commits, kills, starts on
/// the same or on another thread, and leaders that lost the end of a log. What a commit says must be exactly what was
/// written with it.
///
/// Outputs become visible with their commit, as under exactly-once. Logs have gaps, as compacted topics do.
class RandomCommitsTest {
    private static final List<TopicPartition> PARTITIONS =
            List.of(new TopicPartition("in", 0), new TopicPartition("other", 0));
    private static final int STEPS = 3_000;
    private static final int KEYS = 12;
    private static final String STREAMS_METADATA = new TopicPartitionMetadata(77, new ProcessorMetadata()).encode();

    private enum Mode {
        USUAL,

        /// Leaders lose the ends of logs. A lost record may still be in flight when its offset is written again; then
        /// the new one counts as unfinished, so it may be written twice, but not lost.
        LOSING_ENDS,

        /// The broker keeps only the metadata of Kafka Streams.
        WITHOUT_METADATA
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void everyOutcomeIsWrittenOnceAndInTheOrderOfItsKey(long seed) {
        // given
        History history = new History(seed, Mode.USUAL);

        // when
        history.run();

        // then
        assertThat(history.kills).isPositive();
        assertThat(history.overtakes()).isPositive();
        assertThat(history.written).doesNotHaveDuplicates();
        assertThat(history.written).containsExactlyInAnyOrderElementsOf(history.numbers());
        history.keysAreInOrder();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void whatTakesThePlaceOfLostRecordsIsWritten(long seed) {
        // given
        History history = new History(seed, Mode.LOSING_ENDS);

        // when
        history.run();

        // then
        assertThat(history.losses).isPositive();
        assertThat(history.written).containsAll(history.numbers());
    }

    /// The control: without the metadata, outcomes are written again. If they were not, the tests above could not fail.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void withoutTheMetadataOutcomesAreWrittenTwice(long seed) {
        // given
        History history = new History(seed, Mode.WITHOUT_METADATA);

        // when
        history.run();

        // then
        assertThat(history.written).containsAll(history.numbers());
        assertThat(new HashSet<>(history.written)).hasSizeLessThan(history.written.size());
    }

    private static final class History {
        /// @param number in the order in which records were appended, over both partitions
        private record Event(
                Position position, int epoch, @Nullable String key, int number) {}

        /// One partition: its records, those that were polled and not read, and what is committed.
        private static final class Log {
            private final TopicPartition partition;
            private final List<Event> events = new ArrayList<>();
            private final ArrayDeque<Event> buffer = new ArrayDeque<>();
            private int polled;
            private long position;
            private long end;
            private int epoch = 1;
            private @Nullable OffsetAndMetadata committed;

            Log(TopicPartition partition) {
                this.partition = partition;
            }

            void readFrom(long offset) {
                buffer.clear();
                position = offset;
                polled = Math.toIntExact(events.stream()
                        .filter(event -> event.position().offset() < offset)
                        .count());
            }
        }

        /// Work by the position of its record.
        private static final class Working implements AsyncWork<String, byte[], Integer> {
            private final List<CompletableFuture<Supplier<Integer>>> begun = new ArrayList<>();
            private final List<Integer> numbers = new ArrayList<>();

            @Override
            public Pending<Integer> begin(Record<String, byte[]> record, Position position) {
                begun.add(new CompletableFuture<>());
                int number = Math.toIntExact(record.timestamp());
                numbers.add(number);
                return new Pending<>(begun.getLast(), waited -> number);
            }

            void finishOne(Random random) {
                if (!begun.isEmpty()) {
                    int index = random.nextInt(begun.size());
                    int number = numbers.remove(/* index */ index);
                    begun.remove(index).complete(() -> number);
                }
            }
        }

        private final Random random;
        private final Mode mode;
        private final List<Log> logs = PARTITIONS.stream().map(Log::new).toList();
        private final List<Event> all = new ArrayList<>();
        private final List<Integer> written = new ArrayList<>();
        private int kills;
        private int losses;
        private HeldOffsets held = new HeldOffsets();
        private Working work = new Working();
        private MockProcessorContext<String, Integer> context = context();
        private HeldOffsetsStage<String, byte[], Integer> stage;

        private History(long seed, Mode mode) {
            this.random = new Random(seed);
            this.mode = mode;
            this.stage = start();
        }

        private void run() {
            for (int step = 0; step < STEPS; step++) {
                switch (random.nextInt(11)) {
                    case 0, 1, 2 -> append();
                    case 3 -> poll();
                    case 4, 5, 6 -> process();
                    case 7, 8 -> work.finishOne(random);
                    case 9 -> tick();
                    default -> {
                        if (random.nextInt(3) > 0) {
                            commit();
                        } else if (random.nextInt(4) == 0) {
                            restart();
                        } else if (mode == Mode.LOSING_ENDS && random.nextInt(4) == 0) {
                            loseEnd();
                        }
                    }
                }
            }
            while (!isDone()) {
                poll();
                process();
                work.finishOne(random);
                tick();
            }
            commit();
        }

        private void append() {
            Log log = logs.get(random.nextInt(2));
            int gap = random.nextInt(4) == 0 ? random.nextInt(300) : 0;
            String key = random.nextInt(20) == 0 ? null : "key " + random.nextInt(KEYS);
            Event event = new Event(new Position(log.partition, log.end + gap), log.epoch, key, all.size());
            log.events.add(event);
            log.end = event.position().offset() + 1;
            all.add(event);
        }

        private void poll() {
            Log log = logs.get(random.nextInt(2));
            int end = Math.min(log.events.size(), log.polled + 1 + random.nextInt(10));
            if (log.polled < end && log.buffer.size() < 20) {
                List<Event> events = log.events.subList(log.polled, end);
                held.polled(records(log.partition, events));
                log.buffer.addAll(events);
                log.polled = end;
                log.position = events.getLast().position().offset() + 1;
            }
        }

        private void process() {
            Log log = logs.get(random.nextInt(2));
            if (!log.buffer.isEmpty() && held.inFlight() < 200) {
                Event event = log.buffer.removeFirst();
                context.setRecordMetadata(
                        log.partition.topic(), 0, event.position().offset());
                stage.process(new Record<>(event.key(), new byte[1], event.number()));
            }
        }

        /// A new leader lacks the end of a log, and the consumer goes back to where that began.
        private void loseEnd() {
            Log log = logs.get(random.nextInt(2));
            int size = log.events.size();
            int kept = Math.max(0, size - 1 - random.nextInt(30));
            if (size == 0 || log.committed == null) {
                return;
            }
            long cut = Math.max(log.events.get(kept).position().offset(), log.committed.offset());
            log.events.removeIf(event -> event.position().offset() >= cut);
            log.end = cut;
            log.epoch++;
            if (log.position > cut) {
                held.rewound(log.partition, cut);
                log.position = cut;
                log.polled = log.events.size();
            }
            losses++;
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
                long offset = log.buffer.isEmpty()
                        ? log.position
                        : log.buffer.getFirst().position().offset();
                wanted.put(log.partition, new OffsetAndMetadata(offset, Optional.of(1), STREAMS_METADATA));
            }
            Map<TopicPartition, OffsetAndMetadata> commit = held.commit(wanted);
            context.forwarded()
                    .forEach(forwarded -> written.add(forwarded.record().value()));
            context.resetForwards();
            for (Log log : logs) {
                OffsetAndMetadata offset = commit.get(log.partition);
                if (offset != null) {
                    if (mode != Mode.WITHOUT_METADATA) {
                        assertThatTheCommitSaysWhatIsWritten(log, offset);
                    }
                    log.committed = mode != Mode.WITHOUT_METADATA
                            ? offset
                            : new OffsetAndMetadata(offset.offset(), offset.leaderEpoch(), STREAMS_METADATA);
                }
            }
        }

        private void assertThatTheCommitSaysWhatIsWritten(Log log, OffsetAndMetadata offset) {
            FinishedOffsets finished =
                    CommitMetadata.parse(offset.metadata(), offset.offset()).finished();
            Set<Integer> said = new HashSet<>();
            for (Event event : log.events) {
                long at = event.position().offset();
                if (at < offset.offset()
                        || (finished != null && finished.contains(at) && event.epoch() <= finished.epoch())) {
                    said.add(event.number());
                }
            }
            List<Integer> done = log.events.stream()
                    .map(Event::number)
                    .filter(written::contains)
                    .toList();
            assertThat(done).containsAll(said);
            if (mode != Mode.LOSING_ENDS) {
                assertThat(said).containsAll(done);
            }
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
            stage = start();
        }

        private boolean isDone() {
            return held.inFlight() == 0
                    && logs.stream().allMatch(log -> log.buffer.isEmpty() && log.polled == log.events.size());
        }

        /// Returns the numbers of the records that the logs have in the end.
        private List<Integer> numbers() {
            return logs.stream()
                    .flatMap(log -> log.events.stream())
                    .map(Event::number)
                    .toList();
        }

        private long overtakes() {
            long overtakes = 0;
            Map<TopicPartition, Integer> newest = new HashMap<>();
            for (int number : written) {
                TopicPartition partition = all.get(number).position().partition();
                if (number < newest.getOrDefault(partition, 0)) {
                    overtakes++;
                } else {
                    newest.put(partition, number);
                }
            }
            return overtakes;
        }

        /// Within a partition, the outcomes of a key are in the order of its log.
        private void keysAreInOrder() {
            Set<Integer> kept = new HashSet<>(numbers());
            Map<String, List<Integer>> ofKeys = new HashMap<>();
            for (int number : written) {
                Event event = all.get(number);
                if (event.key() != null && kept.contains(number)) {
                    ofKeys.computeIfAbsent(event.key() + event.position().partition(), same -> new ArrayList<>())
                            .add(number);
                }
            }
            assertThat(ofKeys).hasSizeGreaterThan(KEYS);
            assertThat(ofKeys.values()).allSatisfy(ofKey -> assertThat(ofKey).isSorted());
        }

        private static MockProcessorContext<String, Integer> context() {
            return new MockProcessorContext<>(new Properties(), new TaskId(0, 0), new File("."));
        }

        /// Starts the task at the committed offsets.
        private HeldOffsetsStage<String, byte[], Integer> start() {
            held.clientsAreWrapped();
            Map<TopicPartition, @Nullable OffsetAndMetadata> answer = new HashMap<>();
            logs.forEach(log -> answer.put(log.partition, log.committed));
            Map<TopicPartition, @Nullable OffsetAndMetadata> streams = held.committed(answer);
            for (Log log : logs) {
                OffsetAndMetadata offset = streams.get(log.partition);
                assertThat(offset == null ? STREAMS_METADATA : offset.metadata())
                        .isEqualTo(STREAMS_METADATA);
                log.readFrom(offset == null ? 0 : offset.offset());
            }
            HeldOffsets ofThread = held;
            var started = new HeldOffsetsStage<String, byte[], Integer>(
                    work,
                    new StageLimits(1_000, 1 << 20, Duration.ofSeconds(60)),
                    new HeldMetrics(new StageMetrics(new SimpleMeterRegistry(), "test")),
                    new StageProgress(),
                    () -> ofThread);
            started.init(context);
            return started;
        }

        private static ConsumerRecords<byte[], byte[]> records(TopicPartition partition, List<Event> events) {
            List<ConsumerRecord<byte[], byte[]>> records = events.stream()
                    .map(event -> new ConsumerRecord<byte[], byte[]>(
                            partition.topic(),
                            partition.partition(),
                            event.position().offset(),
                            event.number(),
                            TimestampType.CREATE_TIME,
                            1,
                            1,
                            new byte[1],
                            new byte[1],
                            new RecordHeaders(),
                            Optional.of(event.epoch())))
                    .toList();
            return new ConsumerRecords<byte[], byte[]>(Map.of(partition, records), Map.of());
        }
    }
}
