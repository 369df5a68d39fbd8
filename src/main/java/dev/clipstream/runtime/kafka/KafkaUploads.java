package dev.clipstream.runtime.kafka;

import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaUploaded;
import dev.clipstream.search.SearchException;
import dev.clipstream.search.SearchException.Kind;
import dev.clipstream.search.http.MediaUploads;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/// Writes uploads and deletions to the topic of uploads. Each is acknowledged by all in-sync replicas.
///
/// The producer is created at the first upload. Safe for use by many threads.
public final class KafkaUploads implements MediaUploads, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int EVENT_OVERHEAD = 1 << 20;

    private final Map<String, Object> configuration;
    private final String topic;
    private final Clock clock;
    private @Nullable KafkaProducer<String, MediaUploaded> producer;
    private boolean closed;

    /// @param maxBytes maximum size of an image in bytes
    public KafkaUploads(KafkaProperties kafka, String topic, int maxBytes, Clock clock) {
        this.configuration = kafka.producer("uploads", required(maxBytes));
        this.topic = topic;
        this.clock = clock;
    }

    private static Map<String, Object> required(int maxBytes) {
        int patienceMillis = Math.toIntExact(PATIENCE.toMillis());
        return Map.of(
                ProducerConfig.ACKS_CONFIG,
                "all",
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                true,
                ProducerConfig.LINGER_MS_CONFIG,
                0,
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                PATIENCE.toMillis(),
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                patienceMillis,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                patienceMillis,
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                maxBytes + EVENT_OVERHEAD,
                ProducerConfig.BUFFER_MEMORY_CONFIG,
                2L * (maxBytes + EVENT_OVERHEAD));
    }

    @Override
    public Accepted upload(Upload upload) {
        return send(
                upload.mediaId(),
                MediaUploaded.newBuilder()
                        .setMediaId(upload.mediaId())
                        .setUri(upload.uri())
                        .setContent(upload.content())
                        .setContentType(upload.contentType())
                        .setUploadedAt(clock.instant().truncatedTo(ChronoUnit.MICROS))
                        .setAttributes(upload.attributes())
                        .build());
    }

    @Override
    public Accepted delete(String mediaId) {
        return send(mediaId, null);
    }

    private Accepted send(String mediaId, @Nullable MediaUploaded event) {
        try {
            RecordMetadata there = producer()
                    .send(new ProducerRecord<>(topic, mediaId, event))
                    .get(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS);
            return new Accepted(mediaId, there.topic(), there.partition(), there.offset());
        } catch (ExecutionException e) {
            throw refused(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException | KafkaException e) {
            throw refused(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw refused(e);
        }
    }

    private static SearchException refused(Throwable cause) {
        return cause instanceof RecordTooLargeException
                ? new SearchException(
                        Kind.TOO_LARGE,
                        "an event that the brokers take",
                        String.valueOf(cause.getMessage()),
                        "upload by URI, or raise max.message.bytes of the topic")
                : new SearchException(
                        Kind.UNAVAILABLE,
                        "brokers that take the event",
                        String.valueOf(cause.getMessage()),
                        "try again; /actuator/health has their state");
    }

    private synchronized KafkaProducer<String, MediaUploaded> producer() {
        if (closed) {
            throw new SearchException(
                    Kind.UNAVAILABLE, "a running instance", "one that is stopping", "try again at another instance");
        }
        KafkaProducer<String, MediaUploaded> known = producer;
        if (known == null) {
            known = new KafkaProducer<>(configuration, new StringSerializer(), AvroSerde.uploaded());
            producer = known;
        }
        return known;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (producer != null) {
            producer.close(PATIENCE);
        }
    }
}
