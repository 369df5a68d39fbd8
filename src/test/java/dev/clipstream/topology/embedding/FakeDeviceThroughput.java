package dev.clipstream.topology.embedding;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ImageSession;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.clip.batch.BatchSettings;
import dev.clipstream.clip.batch.ImageEmbedder;
import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaEmbedded;
import dev.clipstream.event.MediaUploaded;
import dev.clipstream.event.Topics;
import dev.clipstream.image.RgbImage;
import dev.clipstream.runtime.broker.EmbeddedBroker;
import dev.clipstream.topology.StageMetrics;
import dev.clipstream.topology.async.HeldOffsetsClientSupplier;
import dev.clipstream.topology.async.StageLimits;
import dev.clipstream.topology.topic.TopicFacts;
import dev.clipstream.topology.topic.TopicRules;
import dev.clipstream.topology.wiring.StageStreamsConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;

/// Measures the cost of the stage: the throughput of events through a real broker to a device that sleeps 5 ms
/// plus 0.2 ms per image, compared with that of the device alone at full batches; then latencies at 50 events per
/// second. `topologies/RATIONALE.md` quotes the figures.
///
/// Arguments: events, guarantee, window in records. Nothing is decoded.
public final class FakeDeviceThroughput {
    private static final int BATCH = 64;
    private static final long RUN_NANOS = 5_000_000;
    private static final long ITEM_NANOS = 200_000;
    private static final int PARTITIONS = 4;
    private static final int WARM_UP = 10_000;
    private static final AvroSerde<MediaUploaded> EVENTS = AvroSerde.uploaded();
    private static final RgbImage PIXEL = new RgbImage(1, 1, new byte[3]);

    private FakeDeviceThroughput() {}

    /// A device that only sleeps.
    private static final class FakeDevice implements ImageSession {
        private final Embedding vector = Embedding.normalize(ones());

        @Override
        public String device() {
            return "fake";
        }

        @Override
        public List<Embedding> run(List<RgbImage> batch) {
            long end = System.nanoTime() + RUN_NANOS + batch.size() * ITEM_NANOS;
            for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            return batch.stream().map(image -> vector).toList();
        }

        @Override
        public void close() {}
    }

    /// Runs and prints.
    public static void main(String[] arguments) throws Exception {
        int events = Integer.parseInt(arguments[0]);
        String guarantee = arguments[1];
        int window = Integer.parseInt(arguments[2]);
        LongAdder runs = new LongAdder();
        LongAdder images = new LongAdder();
        StageMetrics metrics = new StageMetrics(new SimpleMeterRegistry(), EmbeddingTopology.NAME);
        try (EmbeddedBroker broker = EmbeddedBroker.temporary();
                ImageEmbedder embedder =
                        new ImageEmbedder(List.of(new FakeDevice()), new BatchSettings(BATCH, 5, 4096), batch -> {
                            runs.increment();
                            images.add(batch.size());
                        })) {
            broker.createTopics(Stream.of(
                            Topics.DEFAULT.uploaded(),
                            Topics.DEFAULT.backfill(),
                            Topics.DEFAULT.embedded(),
                            Topics.DEFAULT.rejected())
                    .map(topic -> new NewTopic(topic, PARTITIONS, (short) 1))
                    .toList());
            MediaPipeline pipeline = (event, urgency, progress) -> {
                progress.arrived();
                progress.inTurn();
                return embed(embedder);
            };
            StageLimits limits = new StageLimits(window, 64L << 20, Duration.ofSeconds(60));
            StreamsConfig config = StageStreamsConfig.of(
                    "throughput",
                    "machine",
                    limits,
                    Map.of(
                            StreamsConfig.BOOTSTRAP_SERVERS_CONFIG,
                            broker.bootstrapServers(),
                            StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
                            guarantee));
            try (KafkaStreams streams = new KafkaStreams(
                    EmbeddingTopology.build(
                            Topics.DEFAULT,
                            UploadLogs.BY_NAME,
                            pipeline,
                            new ModelIdentity("fake", "00".repeat(32), 512),
                            limits,
                            TopicRules.NONE,
                            metrics,
                            Clock.systemUTC()),
                    config,
                    new HeldOffsetsClientSupplier(Map.of(), TopicFacts.UNKNOWN, metrics, Clock.systemUTC()))) {
                streams.start();
                try (Reader uncommitted = new Reader(broker, "read_uncommitted");
                        Reader committed = new Reader(broker, "read_committed")) {
                    send(broker, WARM_UP, 0);
                    uncommitted.await(WARM_UP);
                    committed.await(WARM_UP);
                    runs.reset();
                    images.reset();
                    throughput(broker, uncommitted, events);
                    committed.await(WARM_UP + events);
                    System.out.printf(
                            Locale.ROOT,
                            "%s, window %d: mean batch %.1f of %d%n",
                            guarantee,
                            window,
                            images.doubleValue() / runs.doubleValue(),
                            BATCH);
                    send(broker, 1_000, 20);
                    for (Reader reader : List.of(uncommitted, committed)) {
                        long[] millis = reader.await(WARM_UP + events + 1_000).stream()
                                .skip(WARM_UP + events)
                                .mapToLong(Arrival::latencyMillis)
                                .sorted()
                                .toArray();
                        System.out.printf(
                                Locale.ROOT,
                                "50 events/s, %s: p50 %d ms, p99 %d ms%n",
                                reader.isolation,
                                millis[500],
                                millis[990]);
                    }
                }
            }
        }
    }

    private static void throughput(EmbeddedBroker broker, Reader reader, int events) throws InterruptedException {
        send(broker, events, 0);
        List<Arrival> arrivals = reader.await(WARM_UP + events);
        // without the ramps at both ends
        int ramp = events / 10;
        double seconds = (arrivals.get(WARM_UP + events - ramp - 1).nanos()
                        - arrivals.get(WARM_UP + ramp).nanos())
                / 1e9;
        double rate = (events - 2 * ramp) / seconds;
        double ideal = BATCH / ((RUN_NANOS + BATCH * ITEM_NANOS) / 1e9);
        System.out.printf(Locale.ROOT, "%.0f events/s of ideally %.0f: %.3f%n", rate, ideal, rate / ideal);
    }

    /// @param nanos         time at which the reader got the output
    /// @param latencyMillis time since its upload
    private record Arrival(long nanos, long latencyMillis) {}

    private static void send(EmbeddedBroker broker, int events, long everyMillis) {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "linger.ms", everyMillis == 0 ? 5 : 0),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < events; i++) {
                MediaUploaded event = MediaUploaded.newBuilder()
                        .setMediaId("image-" + i)
                        .setContent(ByteBuffer.wrap(new byte[10_000]))
                        .setUploadedAt(Instant.now())
                        .build();
                var _ = producer.send(new ProducerRecord<>(
                        Topics.DEFAULT.uploaded(),
                        event.getMediaId().getBytes(StandardCharsets.UTF_8),
                        EVENTS.serialize("", event)));
                LockSupport.parkNanos(Duration.ofMillis(everyMillis).toNanos());
            }
        }
    }

    /// Reads continuously, on its own thread.
    private static final class Reader implements AutoCloseable {
        private final String isolation;
        private final List<Arrival> arrivals = new ArrayList<>();
        private volatile boolean closed;

        Reader(EmbeddedBroker broker, String isolation) {
            this.isolation = isolation;
            Thread.ofPlatform().start(() -> read(broker));
        }

        private void read(EmbeddedBroker broker) {
            AvroSerde<MediaEmbedded> outputs = AvroSerde.embedded();
            try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                    Map.of(
                            "bootstrap.servers",
                            broker.bootstrapServers(),
                            "auto.offset.reset",
                            "earliest",
                            "isolation.level",
                            isolation),
                    new ByteArrayDeserializer(),
                    new ByteArrayDeserializer())) {
                consumer.assign(IntStream.range(0, PARTITIONS)
                        .mapToObj(partition -> new TopicPartition(Topics.DEFAULT.embedded(), partition))
                        .toList());
                while (!closed) {
                    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(50))) {
                        Duration latency =
                                Duration.between(outputs.read(record.value()).getUploadedAt(), Instant.now());
                        synchronized (arrivals) {
                            arrivals.add(new Arrival(System.nanoTime(), latency.toMillis()));
                            arrivals.notifyAll();
                        }
                    }
                }
            }
        }

        List<Arrival> await(int count) throws InterruptedException {
            synchronized (arrivals) {
                while (arrivals.size() < count) {
                    arrivals.wait();
                }
                return List.copyOf(arrivals);
            }
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static float[] ones() {
        float[] ones = new float[512];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static CompletableFuture<Outcome> embed(ImageEmbedder embedder) {
        return embedder.submit(PIXEL).thenApply(vector -> new Outcome.Embedded(vector, 1, 1));
    }
}
