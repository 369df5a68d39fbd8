package dev.clipstream.runtime.kafka;

import dev.clipstream.event.AvroSerde;
import dev.clipstream.search.SearchException;
import dev.clipstream.search.SearchException.Kind;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/// Writes the records of HTTP requests to one topic. Each is acknowledged by all in-sync replicas.
///
/// The producer is created at the first record. Safe for use by many threads.
///
/// @param <T> the record
final class AcknowledgedWrites<T extends SpecificRecordBase> implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int RECORD_OVERHEAD = 1 << 20;

    private final Map<String, Object> configuration;
    private final String topic;
    private final AvroSerde<T> serde;
    private final String remedyForTooLarge;
    private @Nullable KafkaProducer<String, T> producer;
    private boolean closed;

    /// @param name              of the producer, which follows the application id in `client.id`
    /// @param maxBytes          maximum size of what a record carries in bytes
    /// @param remedyForTooLarge what a client does whose record the brokers refuse as too large
    AcknowledgedWrites(
            KafkaProperties kafka,
            String name,
            String topic,
            AvroSerde<T> serde,
            int maxBytes,
            String remedyForTooLarge) {
        this.configuration = kafka.producer(name, required(maxBytes));
        this.topic = topic;
        this.serde = serde;
        this.remedyForTooLarge = remedyForTooLarge;
    }

    private static Map<String, Object> required(int maxBytes) {
        int patienceMillis = Math.toIntExact(PATIENCE.toMillis());
        Map<String, Object> required = new HashMap<>();
        required.put(ProducerConfig.ACKS_CONFIG, "all");
        required.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        required.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        required.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE.toMillis());
        required.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, patienceMillis);
        required.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, patienceMillis);
        required.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, maxBytes + RECORD_OVERHEAD);
        required.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 2L * (maxBytes + RECORD_OVERHEAD));
        return required;
    }

    /// Writes a record and waits for its acknowledgement.
    ///
    /// @param value null: a tombstone
    /// @throws SearchException `UNAVAILABLE` if the brokers do not acknowledge the record in time, `TOO_LARGE` if it
    ///         exceeds their limit
    RecordMetadata send(String key, @Nullable T value) {
        try {
            return producer()
                    .send(new ProducerRecord<>(topic, key, value))
                    .get(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw refused(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException | KafkaException e) {
            throw refused(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw refused(e);
        }
    }

    private SearchException refused(Throwable cause) {
        return cause instanceof RecordTooLargeException
                ? new SearchException(
                        Kind.TOO_LARGE,
                        "an event that the brokers take",
                        String.valueOf(cause.getMessage()),
                        remedyForTooLarge)
                : new SearchException(
                        Kind.UNAVAILABLE,
                        "brokers that take the event",
                        String.valueOf(cause.getMessage()),
                        "try again; /actuator/health has their state");
    }

    private synchronized KafkaProducer<String, T> producer() {
        if (closed) {
            throw new SearchException(
                    Kind.UNAVAILABLE, "a running instance", "one that is stopping", "try again at another instance");
        }
        KafkaProducer<String, T> known = producer;
        if (known == null) {
            known = new KafkaProducer<>(configuration, new StringSerializer(), serde);
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
