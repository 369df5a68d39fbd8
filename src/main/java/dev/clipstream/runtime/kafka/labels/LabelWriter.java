package dev.clipstream.runtime.kafka.labels;

import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.LabelSet;
import dev.clipstream.label.LabelSetRecords;
import dev.clipstream.runtime.kafka.TopicConfigs;
import dev.clipstream.runtime.kafka.labels.LabelChanges.RefusedChangeException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/// Reads and changes the topic of label sets, for commands and the HTTP API.
///
/// A change is a compare-and-set, although Kafka has none: all writers use one transactional id. A writer first takes
/// the id, which stops every writer that took it earlier, then reads the topic to its end, decides, writes and commits.
/// A writer that was stopped meanwhile fails to commit, and begins again with what the other one wrote. Safe for use by
/// many threads.
public final class LabelWriter {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final int ATTEMPTS = 5;

    private final Map<String, Object> consuming;
    private final Map<String, Object> producing;
    private final String topic;

    /// The topic at one moment.
    ///
    /// @param sets    the newest record of each key. A record that cannot be read has no set
    /// @param offsets of these records, by key
    /// @param end     the offset that the next record gets at the earliest
    public record Contents(
            Map<String, Optional<dev.clipstream.label.LabelSet>> sets, Map<String, Long> offsets, long end) {
        /// A topic without records.
        public static final Contents NONE = new Contents(Map.of(), Map.of(), 0);

        /// Returns the label set of a name; empty: there is none, or its record cannot be read.
        public Optional<dev.clipstream.label.LabelSet> find(String name) {
            return sets.getOrDefault(name, Optional.empty());
        }

        /// Returns the version of the label set of a name, or an empty text: there is none, or its record cannot be
        /// read.
        public String version(String name) {
            return find(name).map(dev.clipstream.label.LabelSet::version).orElse("");
        }
    }

    /// What a change decides.
    ///
    /// @param <X> thrown if the change must not be made
    public interface Change<X extends Exception> {
        /// Returns the record to write.
        Decision decide(Contents contents) throws X;
    }

    /// The record to write.
    ///
    /// @param set   null and `write`: a tombstone
    /// @param write whether anything is to be written
    public record Decision(String name, dev.clipstream.label.@Nullable LabelSet set, boolean write) {
        public static Decision nothing(String name) {
            return new Decision(name, null, false);
        }

        public static Decision of(dev.clipstream.label.LabelSet set) {
            return new Decision(set.name(), set, true);
        }

        public static Decision delete(String name) {
            return new Decision(name, null, true);
        }
    }

    /// @param consuming properties of a consumer
    /// @param producing properties of a producer
    public LabelWriter(Map<String, Object> consuming, Map<String, Object> producing, String topic) {
        this.consuming = new HashMap<>(consuming);
        this.consuming.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        this.consuming.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        this.consuming.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        this.consuming.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        this.producing = new HashMap<>(producing);
        this.producing.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId(topic));
        this.producing.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, TopicConfigs.LARGEST_LABEL_SET);
        this.producing.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE.toMillis());
        this.topic = topic;
    }

    /// Returns the transactional id that writers of a topic need the right WRITE on.
    public static String transactionalId(String topic) {
        return "clipstream-labels-" + topic;
    }

    /// Reads the topic.
    ///
    /// @throws KafkaException if the brokers do not answer or refuse
    public Contents read() {
        try (KafkaConsumer<@Nullable String, byte @Nullable []> consumer =
                new KafkaConsumer<>(consuming, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<LabelRecord> records = LabelsTopic.readAll(consumer, topic);
            Map<String, Optional<dev.clipstream.label.LabelSet>> sets = new TreeMap<>();
            Map<String, Long> offsets = new TreeMap<>();
            for (LabelRecord record : records) {
                sets.remove(record.name());
                offsets.remove(record.name());
                if (record.value() != null) {
                    sets.put(record.name(), readable(record));
                    offsets.put(record.name(), record.offset());
                }
            }
            return new Contents(sets, offsets, consumer.position(LabelsTopic.partition(topic)));
        }
    }

    private static Optional<dev.clipstream.label.LabelSet> readable(LabelRecord record) {
        try {
            return Optional.of(LabelTaggers.read(record));
        } catch (RefusedLabelsException e) {
            return Optional.empty();
        }
    }

    /// Changes the topic.
    ///
    /// @param change decides by what the topic holds; may be asked several times, if others write at the same time
    /// @return the offset of the new record; -1: nothing was written
    /// @throws RefusedChangeException if the record exceeds [TopicConfigs#LARGEST_LABEL_SET] or the topic's limit
    /// @throws KafkaException if the brokers do not answer or refuse, or others keep writing
    public <X extends Exception> long write(Change<X> change) throws X, RefusedChangeException, InterruptedException {
        KafkaException fenced = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try (KafkaProducer<String, @Nullable LabelSet> producer =
                    new KafkaProducer<>(producing, new StringSerializer(), AvroSerde.labels())) {
                producer.initTransactions();
                Decision decision = change.decide(read());
                return decision.write() ? write(producer, decision) : -1;
            } catch (ProducerFencedException | InvalidProducerEpochException e) {
                fenced = e;
            } catch (KafkaException e) {
                if (!(e.getCause() instanceof ProducerFencedException
                        || e.getCause() instanceof InvalidProducerEpochException)) {
                    throw e;
                }
                fenced = e;
            }
        }
        throw new KafkaException(
                "Expected no other writer of the topic " + topic + ", found one in each of " + ATTEMPTS
                        + " attempts. Try again later",
                fenced);
    }

    private long write(KafkaProducer<String, @Nullable LabelSet> producer, Decision decision)
            throws RefusedChangeException, InterruptedException {
        dev.clipstream.label.LabelSet set = decision.set();
        LabelSet record = set == null ? null : LabelSetRecords.of(set);
        producer.beginTransaction();
        try {
            long offset = producer.send(new ProducerRecord<>(topic, 0, decision.name(), record))
                    .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    .offset();
            producer.commitTransaction();
            return offset;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RecordTooLargeException) {
                throw new RefusedChangeException(
                        LabelChanges.Reason.TOO_LARGE,
                        "a label set that the topic " + topic + " takes",
                        "a larger one: " + e.getCause().getMessage(),
                        "keep fewer examples, or raise max.message.bytes of the topic up to "
                                + TopicConfigs.LARGEST_LABEL_SET);
            }
            throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
        } catch (TimeoutException e) {
            throw new org.apache.kafka.common.errors.TimeoutException(
                    "The topic " + topic + " acknowledged no record within " + PATIENCE.toSeconds() + " s", e);
        }
    }
}
