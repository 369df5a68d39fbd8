package dev.clipstream.bench;

import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaRejected;
import dev.clipstream.event.MediaTagged;
import dev.clipstream.event.MediaUploaded;
import dev.clipstream.event.Topics;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/// The clients of the measured pipeline: a producer to `media.uploaded` and a consumer of `media.tagged`. Used by
/// one thread; a second thread sends the events.
public final class BenchStream implements AutoCloseable {
    private static final Topics TOPICS = Topics.DEFAULT;
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(5);

    /// Longer than a head time-out's rejection takes by default.
    private static final Duration LONGEST_SILENCE = Duration.ofMinutes(3);

    private static final long LEAST_PRODUCER_MEMORY = 32L << 20;

    private final Clock clock;
    private final Backlog backlog;
    private final CompletableFuture<Object> pipelineFailure;
    private final KafkaProducer<String, MediaUploaded> producer;
    private final KafkaConsumer<@Nullable String, byte @Nullable []> consumer;
    // one thread for all passages, so that its CPU time is still visible after a passage
    private final ExecutorService sender = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("bench-sender").daemon(true).factory());
    private long sequence;

    /// Opens the clients.
    ///
    /// @param largestRequest  maximum size of an event in bytes
    /// @param backlog         receives the number of events in the broker
    /// @param pipelineFailure completes when the pipeline stops and no more tags will arrive
    BenchStream(
            String bootstrapServers,
            int largestRequest,
            Clock clock,
            Backlog backlog,
            CompletableFuture<Object> pipelineFailure) {
        this.clock = clock;
        this.backlog = backlog;
        this.pipelineFailure = pipelineFailure;
        this.producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "linger.ms",
                        0,
                        "max.request.size",
                        largestRequest,
                        "buffer.memory",
                        Math.max(LEAST_PRODUCER_MEMORY, 2L * largestRequest),
                        "max.block.ms",
                        LONGEST_SILENCE.toMillis(),
                        "client.id",
                        "bench"),
                new StringSerializer(),
                AvroSerde.uploaded());
        this.consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = Stream.of(TOPICS.tagged(), TOPICS.rejected())
                .map(consumer::partitionsFor)
                .flatMap(Collection::stream)
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
    }

    /// Sends events with inline images as fast as possible, and reads their tags.
    ///
    /// @param pictures encoded images, used in turn
    /// @param count    number of events
    /// @return seconds from the first event sent to the last tag read
    /// @throws BenchmarkException if an event does not yield tags
    public double flood(List<byte[]> pictures, int count) throws BenchmarkException, InterruptedException {
        long startNanos = System.nanoTime();
        double[] ends = pass(pictures, count, startNanos, 0);
        return new Percentiles(ends).at(100) / 1e3;
    }

    /// Sends events with inline images at a fixed rate, and reads their tags.
    ///
    /// @param eventsPerSecond above 0
    /// @return milliseconds from each event's scheduled time, whenever it was sent, to the reading of its tags
    /// @throws BenchmarkException if an event does not yield tags
    Percentiles paced(List<byte[]> pictures, int count, double eventsPerSecond)
            throws BenchmarkException, InterruptedException {
        return new Percentiles(pass(pictures, count, System.nanoTime(), 1e9 / eventsPerSecond));
    }

    /// Sends events with inline images at a fixed rate, and polls for each until it is found.
    ///
    /// @param eventsPerSecond above 0
    /// @param found           returns whether a medium is found by its id
    /// @return milliseconds from each event's scheduled time, whenever it was sent, to its being found, with the
    ///         resolution of the polling interval
    /// @throws BenchmarkException if an event is not found
    Percentiles pacedUntil(List<byte[]> pictures, int count, double eventsPerSecond, Predicate<String> found)
            throws BenchmarkException, InterruptedException {
        long first = sequence;
        sequence += count;
        long startNanos = System.nanoTime();
        double gapNanos = 1e9 / eventsPerSecond;
        CompletableFuture<Void> refusal = new CompletableFuture<>();
        Future<?> sending = sender.submit(() -> send(pictures, count, first, startNanos, gapNanos, refusal));
        try {
            double[] millis = new double[count];
            BitSet seen = new BitSet(count);
            long foundNanos = startNanos;
            while (seen.cardinality() < count) {
                for (int i = seen.nextClearBit(0); i < count; i = seen.nextClearBit(i + 1)) {
                    if (due(startNanos, gapNanos, i) > System.nanoTime()) {
                        break;
                    }
                    if (found.test(Long.toString(first + i))) {
                        foundNanos = System.nanoTime();
                        seen.set(i);
                        millis[i] = (foundNanos - due(startNanos, gapNanos, i)) / 1e6;
                    }
                }
                requireHope(refusal, foundNanos, seen.cardinality(), count);
                LockSupport.parkNanos(LOOK_AGAIN.toNanos());
            }
            return new Percentiles(millis);
        } finally {
            sending.cancel(true);
        }
    }

    /// Sends events and reads their tags.
    ///
    /// @param gapNanos between the scheduled times of events
    /// @return milliseconds from each event's scheduled time to its tags
    private double[] pass(List<byte[]> pictures, int count, long startNanos, double gapNanos)
            throws BenchmarkException, InterruptedException {
        long first = sequence;
        sequence += count;
        CompletableFuture<Void> refusal = new CompletableFuture<>();
        Future<?> sending = sender.submit(() -> send(pictures, count, first, startNanos, gapNanos, refusal));
        try {
            double[] millis = new double[count];
            BitSet seen = new BitSet(count);
            long heardNanos = System.nanoTime();
            while (seen.cardinality() < count) {
                for (ConsumerRecord<@Nullable String, byte @Nullable []> record : consumer.poll(POLL)) {
                    heardNanos = System.nanoTime();
                    int number = Math.toIntExact(number(record) - first);
                    if (seen.get(number)) {
                        throw new BenchmarkException("Expected one answer per image, found a second", null);
                    }
                    seen.set(number);
                    millis[number] = (heardNanos - due(startNanos, gapNanos, number)) / 1e6;
                }
                requireHope(refusal, heardNanos, seen.cardinality(), count);
            }
            return millis;
        } finally {
            sending.cancel(true);
        }
    }

    private static long due(long startNanos, double gapNanos, int number) {
        return startNanos + (long) (number * gapNanos);
    }

    private void requireHope(CompletableFuture<Void> refusal, long heardNanos, int seen, int count)
            throws BenchmarkException {
        if (refusal.isCompletedExceptionally()) {
            Throwable cause = refusal.exceptionNow();
            throw new BenchmarkException(
                    "Expected every event to reach the broker, found: " + cause.getMessage(), cause);
        }
        if (pipelineFailure.isDone()) {
            throw new BenchmarkException(
                    "Expected a running pipeline, found that it stopped after " + seen + " of " + count
                            + " answers. See its log.",
                    null);
        }
        if (System.nanoTime() - heardNanos > LONGEST_SILENCE.toNanos()) {
            throw new BenchmarkException(
                    "Expected an answer within " + LONGEST_SILENCE.toSeconds() + " s of the one before, found none"
                            + " after " + seen + " of " + count + ". See the pipeline's log.",
                    null);
        }
    }

    private void send(
            List<byte[]> pictures,
            int count,
            long first,
            long startNanos,
            double gapNanos,
            CompletableFuture<Void> refusal) {
        try {
            for (int i = 0; i < count && !Thread.currentThread().isInterrupted(); i++) {
                long due = due(startNanos, gapNanos, i);
                while (System.nanoTime() - due < 0 && !Thread.currentThread().isInterrupted()) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                var _ = producer.send(event(first + i, pictures.get(i % pictures.size())), (metadata, failure) -> {
                    if (failure == null) {
                        backlog.acknowledged();
                    } else {
                        refusal.completeExceptionally(failure);
                    }
                });
            }
        } catch (KafkaException e) {
            refusal.completeExceptionally(e);
        }
    }

    private ProducerRecord<String, MediaUploaded> event(long number, byte[] picture) {
        String mediaId = Long.toString(number);
        return new ProducerRecord<>(
                TOPICS.uploaded(),
                mediaId,
                MediaUploaded.newBuilder()
                        .setMediaId(mediaId)
                        .setContent(ByteBuffer.wrap(picture))
                        .setUploadedAt(clock.instant().truncatedTo(ChronoUnit.MICROS))
                        .build());
    }

    private static long number(ConsumerRecord<@Nullable String, byte @Nullable []> record) throws BenchmarkException {
        if (record.topic().equals(TOPICS.rejected())) {
            MediaRejected rejection = AvroSerde.rejected().deserialize(record.topic(), record.value());
            throw new BenchmarkException(
                    "Expected tags of every image, found a rejection: "
                            + (rejection == null ? "empty" : rejection.getMessage()) + ". Remove the image",
                    null);
        }
        MediaTagged tags = AvroSerde.tagged().deserialize(record.topic(), record.value());
        if (tags == null) {
            throw new BenchmarkException("Expected tags, found a tombstone of " + record.key(), null);
        }
        return Long.parseLong(tags.getMediaId());
    }

    @Override
    public void close() {
        sender.shutdownNow();
        producer.close(Duration.ZERO);
        consumer.close();
    }
}
