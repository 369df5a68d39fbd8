package dev.clipstream.bench;

import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaRejected;
import dev.clipstream.event.MediaUploaded;
import dev.clipstream.event.Partitioning;
import dev.clipstream.event.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.function.Predicate;
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

/// The clients of the measured pipeline: a producer of upload events and a consumer of what becomes of them. Used by
/// one thread; others send the events.
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
    private final int partitions;
    // one thread for all passages, so that its CPU time is still visible after a passage
    private final ExecutorService sender = senders("bench-sender");
    // sends while the first is busy
    private final ExecutorService otherSender = senders("bench-other-sender");
    private final List<Passage> passages = new ArrayList<>();
    private boolean readsVectors;
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
        this.partitions = producer.partitionsFor(TOPICS.uploaded()).size();
        this.consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        assign(List.of(TOPICS.tagged(), TOPICS.rejected()));
    }

    private static ExecutorService senders(String name) {
        return Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name(name).daemon(true).factory());
    }

    private void assign(List<String> topics) {
        List<TopicPartition> all = topics.stream()
                .map(consumer::partitionsFor)
                .flatMap(Collection::stream)
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(all);
        consumer.seekToEnd(all);
        all.forEach(consumer::position);
    }

    /// Reads the vectors of images from now on, and not only their tags. No passage may be running.
    public void readVectors() {
        readsVectors = true;
        assign(List.of(TOPICS.embedded(), TOPICS.tagged(), TOPICS.rejected()));
    }

    /// Returns the number of partitions of `media.uploaded`.
    public int partitions() {
        return partitions;
    }

    /// The medium of an event.
    ///
    /// @param picture the encoded image; null for a medium with a URI
    /// @param uri     null for a medium with inline bytes
    /// @param sound   whether it must yield tags; otherwise a rejection is an answer, too
    @SuppressWarnings("ArrayRecordComponent") // an encoded image on its way to the broker
    public record Medium(
            byte @Nullable [] picture, @Nullable String uri, boolean sound) {
        /// Returns a sound image with inline bytes.
        public static Medium inline(byte[] picture) {
            return new Medium(picture, null, true);
        }

        /// Returns a medium with a URI.
        public static Medium at(String uri, boolean sound) {
            return new Medium(null, uri, sound);
        }
    }

    /// Events to send. Their keys take turns on the partitions.
    ///
    /// @param topic    of the events
    /// @param count    number of events, at least 1
    /// @param gapNanos between the scheduled times of events; 0: as fast as possible
    /// @param media    returns the medium of an event by its number in the load, from 0
    public record Load(String topic, int count, double gapNanos, IntFunction<Medium> media) {
        /// Returns uploads as fast as possible.
        public static Load flood(int count, IntFunction<Medium> media) {
            return new Load(TOPICS.uploaded(), count, 0, media);
        }

        /// Returns uploads at a fixed rate.
        ///
        /// @param eventsPerSecond above 0
        public static Load paced(int count, double eventsPerSecond, IntFunction<Medium> media) {
            return new Load(TOPICS.uploaded(), count, 1e9 / eventsPerSecond, media);
        }
    }

    /// A load on its way through the pipeline. Times are from an event's scheduled time, whenever it was sent.
    public static final class Passage {
        private final Load load;
        private final long first;
        private final long startNanos = System.nanoTime();
        private final CompletableFuture<Integer> sent = new CompletableFuture<>();
        private final double[] vectorMillis;
        private final double[] tagMillis;
        private final double[] rejectedMillis;
        private final BitSet embedded = new BitSet();
        private final BitSet tagged = new BitSet();
        private final BitSet rejected = new BitSet();
        private volatile boolean stopped;

        private Passage(Load load, long first) {
            this.load = load;
            this.first = first;
            this.vectorMillis = new double[load.count()];
            this.tagMillis = new double[load.count()];
            this.rejectedMillis = new double[load.count()];
        }

        private long dueNanos(int number) {
            return startNanos + (long) (number * load.gapNanos());
        }

        /// Waits until the broker has all events.
        ///
        /// @return their number
        /// @throws BenchmarkException if an event does not reach it
        public int awaitSent() throws BenchmarkException, InterruptedException {
            try {
                return sent.get();
            } catch (ExecutionException e) {
                throw notSent(e.getCause());
            }
        }

        /// Sends no more events.
        public void stop() {
            stopped = true;
        }

        /// Returns the milliseconds to the reading of each image's vector.
        public double[] vectorMillis() {
            return of(vectorMillis, embedded);
        }

        /// Returns the milliseconds to the reading of each image's tags.
        public double[] tagMillis() {
            return of(tagMillis, tagged);
        }

        /// Returns the number of tagged images.
        public int tagged() {
            return tagged.cardinality();
        }

        /// Returns the number of rejected media.
        public int rejected() {
            return rejected.cardinality();
        }

        /// Returns the seconds from the first event's scheduled time to the reading of the last tags.
        public double seconds() {
            return new Percentiles(tagMillis()).at(100) / 1e3;
        }

        /// Returns the number of tagged images in a second, until the last tags.
        public double taggedPerSecond() {
            return tagged() / seconds();
        }

        /// Returns the number of tagged images in a second of some passages, each until its last tags.
        public static double taggedPerSecond(List<Passage> passages) {
            return passages.stream().mapToInt(Passage::tagged).sum()
                    / passages.stream().mapToDouble(Passage::seconds).sum();
        }

        /// Returns the number of tagged images and rejected media in a second until the last tags.
        public double answersPerSecond() {
            double seconds = seconds();
            return (tagged()
                            + rejected.stream()
                                    .filter(number -> rejectedMillis[number] <= seconds * 1e3)
                                    .count())
                    / seconds;
        }

        private static double[] of(double[] millis, BitSet seen) {
            return seen.stream().mapToDouble(number -> millis[number]).toArray();
        }

        private boolean isOver(boolean withVectors) {
            return sent.isDone()
                    && !sent.isCompletedExceptionally()
                    && tagged.cardinality() + rejected.cardinality() == sent.join()
                    && (!withVectors || embedded.cardinality() == tagged.cardinality());
        }

        private int seen() {
            return tagged.cardinality() + rejected.cardinality();
        }
    }

    /// Sends events with inline images as fast as possible, and reads their tags.
    ///
    /// @param pictures encoded images, used in turn
    /// @param count    number of events
    /// @return seconds from the first event sent to the last tag read
    /// @throws BenchmarkException if an event does not yield tags
    public double flood(List<byte[]> pictures, int count) throws BenchmarkException, InterruptedException {
        return passed(Load.flood(count, inline(pictures))).seconds();
    }

    /// Sends events with inline images at a fixed rate, and reads their tags.
    ///
    /// @param eventsPerSecond above 0
    /// @return milliseconds from each event's scheduled time, whenever it was sent, to the reading of its tags
    /// @throws BenchmarkException if an event does not yield tags
    Percentiles paced(List<byte[]> pictures, int count, double eventsPerSecond)
            throws BenchmarkException, InterruptedException {
        return new Percentiles(
                passed(Load.paced(count, eventsPerSecond, inline(pictures))).tagMillis());
    }

    /// Returns media with inline images.
    ///
    /// @param pictures encoded images, used in turn
    public static IntFunction<Medium> inline(List<byte[]> pictures) {
        return number -> Medium.inline(pictures.get(number % pictures.size()));
    }

    /// Sends a load and awaits its answers.
    ///
    /// @throws BenchmarkException if a sound image does not yield tags
    public Passage passed(Load load) throws BenchmarkException, InterruptedException {
        Passage passage = start(load);
        await(passage);
        return passage;
    }

    /// Starts to send a load, and returns at once. Two loads can be sent at the same time.
    public Passage start(Load load) {
        boolean busy = passages.stream().anyMatch(other -> !other.sent.isDone());
        return start(load, busy ? otherSender : sender);
    }

    private Passage start(Load load, ExecutorService thread) {
        Passage passage = new Passage(load, sequence);
        sequence += load.count();
        passages.add(passage);
        thread.execute(() -> send(passage));
        return passage;
    }

    /// Reads answers until those of a passage are complete. Answers of other passages are recorded, too.
    ///
    /// @throws BenchmarkException if a sound image of any passage does not yield tags
    public void await(Passage passage) throws BenchmarkException, InterruptedException {
        boolean over = false;
        try {
            long heardNanos = System.nanoTime();
            while (!passage.isOver(readsVectors)) {
                for (ConsumerRecord<@Nullable String, byte @Nullable []> record : consumer.poll(POLL)) {
                    heardNanos = System.nanoTime();
                    record(record, heardNanos);
                }
                requireHope(passage, heardNanos, passage.seen());
            }
            over = true;
        } finally {
            (over ? List.of(passage) : List.copyOf(passages)).forEach(this::end);
        }
    }

    private void end(Passage passage) {
        passage.stop();
        passages.remove(passage);
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
        Passage passage = start(Load.paced(count, eventsPerSecond, inline(pictures)));
        try {
            BitSet seen = passage.tagged;
            long foundNanos = passage.startNanos;
            while (seen.cardinality() < count) {
                for (int i = seen.nextClearBit(0); i < count; i = seen.nextClearBit(i + 1)) {
                    if (passage.dueNanos(i) > System.nanoTime()) {
                        break;
                    }
                    if (found.test(mediaId(passage.first + i))) {
                        foundNanos = System.nanoTime();
                        seen.set(i);
                        passage.tagMillis[i] = (foundNanos - passage.dueNanos(i)) / 1e6;
                    }
                }
                requireHope(passage, foundNanos, seen.cardinality());
                LockSupport.parkNanos(LOOK_AGAIN.toNanos());
            }
            return new Percentiles(passage.tagMillis());
        } finally {
            end(passage);
        }
    }

    private void requireHope(Passage passage, long heardNanos, int seen) throws BenchmarkException {
        int count = passage.load.count();
        if (passage.sent.isCompletedExceptionally()) {
            throw notSent(passage.sent.exceptionNow());
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

    private static BenchmarkException notSent(@Nullable Throwable thrown) {
        Throwable cause = Objects.requireNonNull(thrown);
        return new BenchmarkException("Expected every event to reach the broker, found: " + cause.getMessage(), cause);
    }

    private void send(Passage passage) {
        Load load = passage.load;
        int number = 0;
        try {
            for (; number < load.count() && !passage.stopped; number++) {
                long due = passage.dueNanos(number);
                while (System.nanoTime() - due < 0 && !passage.stopped) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                var _ = producer.send(
                        event(load.topic(), passage.first + number, load.media().apply(number)),
                        (metadata, failure) -> {
                            if (failure == null) {
                                backlog.acknowledged();
                            } else {
                                passage.sent.completeExceptionally(failure);
                            }
                        });
            }
            producer.flush();
            passage.sent.complete(number);
        } catch (KafkaException e) {
            passage.sent.completeExceptionally(e);
        }
    }

    private ProducerRecord<String, MediaUploaded> event(String topic, long number, Medium medium) {
        String mediaId = mediaId(number);
        byte[] picture = medium.picture();
        return new ProducerRecord<>(
                topic,
                mediaId,
                MediaUploaded.newBuilder()
                        .setMediaId(mediaId)
                        .setContent(picture == null ? null : ByteBuffer.wrap(picture))
                        .setUri(medium.uri())
                        .setUploadedAt(clock.instant().truncatedTo(ChronoUnit.MICROS))
                        .build());
    }

    /// Returns the number with a suffix by which consecutive numbers take turns on the partitions.
    private String mediaId(long number) {
        for (int suffix = 0; ; suffix++) {
            String mediaId = number + "-" + suffix;
            if (Partitioning.partition(mediaId.getBytes(StandardCharsets.UTF_8), partitions) == number % partitions) {
                return mediaId;
            }
        }
    }

    private void record(ConsumerRecord<@Nullable String, byte @Nullable []> record, long nanos)
            throws BenchmarkException {
        String mediaId = String.valueOf(record.key());
        long number = Long.parseLong(mediaId.substring(0, mediaId.indexOf('-')));
        Passage passage = passages.stream()
                .filter(one -> number >= one.first && number < one.first + one.load.count())
                .findFirst()
                .orElseThrow(() ->
                        new BenchmarkException("Expected answers to the events sent, found one to " + mediaId, null));
        int index = Math.toIntExact(number - passage.first);
        double millis = (nanos - passage.dueNanos(index)) / 1e6;
        if (record.topic().equals(TOPICS.rejected())) {
            mark(passage.rejected, index);
            passage.rejectedMillis[index] = millis;
            if (passage.load.media().apply(index).sound()) {
                MediaRejected rejection = AvroSerde.rejected().deserialize(record.topic(), record.value());
                throw new BenchmarkException(
                        "Expected tags of every image, found a rejection: "
                                + (rejection == null ? "empty" : rejection.getMessage()) + ". Remove the image",
                        null);
            }
        } else if (record.value() == null) {
            throw new BenchmarkException("Expected tags, found a tombstone of " + record.key(), null);
        } else if (record.topic().equals(TOPICS.embedded())) {
            mark(passage.embedded, index);
            passage.vectorMillis[index] = millis;
        } else {
            mark(passage.tagged, index);
            passage.tagMillis[index] = millis;
        }
    }

    private static void mark(BitSet seen, int index) throws BenchmarkException {
        if (seen.get(index)) {
            throw new BenchmarkException("Expected one answer per image, found a second", null);
        }
        seen.set(index);
    }

    @Override
    public void close() {
        passages.forEach(Passage::stop);
        sender.shutdownNow();
        otherSender.shutdownNow();
        producer.close(Duration.ZERO);
        consumer.close();
    }
}
