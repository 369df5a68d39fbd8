package dev.clipstream.topology.embedding;

import dev.clipstream.event.MediaUploaded;
import dev.clipstream.topology.Position;
import dev.clipstream.topology.embedding.Upload.Kind;
import java.awt.Color;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// Uploads, replaces and deletes a few media at random, so that the outcomes of most events overtake those of others,
/// while each medium has an order of its own. Remembers what it uploaded.
final class Uploads implements AutoCloseable {
    /// Header that numbers the events; outcomes carry it.
    static final String NUMBER = "number";

    /// Bytes of the attributes of a large event.
    static final int LARGE_BYTES = 10_000;

    private static final int MEDIA = 60;
    private static final int LATEST_MILLIS = 800;
    private static final int MOST_PER_TRANSACTION = 10;
    private static final byte[] IMAGE = TestImages.jpeg(Color.ORANGE);
    private static final byte[] NO_IMAGE = "not an image".getBytes(StandardCharsets.UTF_8);

    private final KafkaProducer<byte[], byte @Nullable []> producer;
    private final List<String> topics;
    private final SlowServer server;
    private final Random random;
    private final boolean transactional;
    private final List<Upload> all = new ArrayList<>();
    private int number;

    private record Event(Kind kind, String key, int number, ProducerRecord<byte[], byte @Nullable []> record) {}

    private Uploads(
            Map<String, Object> properties, List<String> topics, SlowServer server, long seed, boolean transactional) {
        this.producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        this.topics = topics;
        this.server = server;
        this.random = new Random(seed);
        this.transactional = transactional;
    }

    /// @param topics each medium has one of them
    static Uploads to(String bootstrapServers, List<String> topics, SlowServer server, long seed) {
        return new Uploads(Map.of("bootstrap.servers", bootstrapServers), topics, server, seed, false);
    }

    /// Returns uploads in transactions, some of which are aborted.
    static Uploads inTransactions(String bootstrapServers, String topic, SlowServer server, long seed) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, topic);
        Uploads uploads = new Uploads(properties, List.of(topic), server, seed, true);
        uploads.producer.initTransactions();
        return uploads;
    }

    /// Returns what was uploaded and not aborted, in the order of each partition.
    List<Upload> all() {
        return Collections.unmodifiableList(all);
    }

    /// Uploads events of random kinds, and waits until the broker has them.
    void send(int events) throws ExecutionException, InterruptedException {
        int most = transactional ? MOST_PER_TRANSACTION : events;
        for (int left = events; left > 0; left -= most) {
            if (transactional) {
                // for a reader of committed records, what is aborted is a gap
                producer.beginTransaction();
                sent(random(random.nextInt(1, MOST_PER_TRANSACTION)));
                producer.abortTransaction();
            }
            commit(random(Math.min(left, most)));
        }
    }

    /// Uploads events of these kinds, each for a medium of its own.
    void send(List<Kind> kinds) throws ExecutionException, InterruptedException {
        List<Event> lone = new ArrayList<>();
        kinds.forEach(kind -> lone.add(event(kind, "lone-" + number)));
        commit(lone);
    }

    /// Uploads events without an answer until each partition has one.
    void sendSilentToEach(int partitions) throws ExecutionException, InterruptedException {
        for (Set<Integer> reached = new HashSet<>(); reached.size() < partitions; ) {
            send(List.of(Kind.SILENT));
            reached.add(all.getLast().position().partition().partition());
        }
    }

    private List<Event> random(int events) {
        List<Event> random = new ArrayList<>();
        for (int i = 0; i < events; i++) {
            random.add(event(randomKind(), "medium-" + this.random.nextInt(MEDIA)));
        }
        return random;
    }

    private void commit(List<Event> events) throws ExecutionException, InterruptedException {
        if (transactional) {
            producer.beginTransaction();
        }
        List<Upload> uploads = sent(events);
        if (transactional) {
            producer.commitTransaction();
        }
        all.addAll(uploads);
    }

    private List<Upload> sent(List<Event> events) throws ExecutionException, InterruptedException {
        List<Future<RecordMetadata>> acknowledged = new ArrayList<>();
        events.forEach(event -> acknowledged.add(producer.send(event.record())));
        producer.flush();
        List<Upload> uploads = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            Event event = events.get(i);
            RecordMetadata metadata = acknowledged.get(i).get();
            uploads.add(new Upload(
                    event.kind(),
                    event.key(),
                    event.number(),
                    new Position(new TopicPartition(metadata.topic(), metadata.partition()), metadata.offset()),
                    metadata.timestamp()));
        }
        return uploads;
    }

    private Kind randomKind() {
        int percent = random.nextInt(100);
        if (percent < 60) {
            return Kind.INLINE;
        }
        if (percent < 72) {
            return Kind.LATE;
        }
        if (percent < 80) {
            return Kind.SILENT;
        }
        return percent < 88 ? Kind.BROKEN : Kind.DELETION;
    }

    private Event event(Kind kind, String key) {
        String topic = topics.get(Math.floorMod(key.hashCode(), topics.size()));
        ProducerRecord<byte[], byte @Nullable []> record = switch (kind) {
            case INLINE -> TestImages.record(topic, inline(key, IMAGE));
            case LARGE -> TestImages.record(topic, large(key));
            case BROKEN -> TestImages.record(topic, inline(key, NO_IMAGE));
            case LATE -> TestImages.record(topic, at(key, server.late(random.nextInt(LATEST_MILLIS))));
            case SILENT -> TestImages.record(topic, at(key, server.silent()));
            case DELETION -> new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), null);
        };
        record.headers()
                .add(NUMBER, ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
        return new Event(kind, key, number++, record);
    }

    private static MediaUploaded inline(String key, byte[] image) {
        return TestImages.event(key, image).setUploadedAt(Instant.now()).build();
    }

    private static MediaUploaded large(String key) {
        return MediaUploaded.newBuilder(inline(key, IMAGE))
                .setAttributes(Map.of("large", "x".repeat(LARGE_BYTES)))
                .build();
    }

    private static MediaUploaded at(String key, String uri) {
        return MediaUploaded.newBuilder()
                .setMediaId(key)
                .setUri(uri)
                .setUploadedAt(Instant.now())
                .build();
    }

    @Override
    public void close() {
        producer.close();
    }
}
