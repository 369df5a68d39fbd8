package dev.clipstream.cli.index;

import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.NotAvroException;
import dev.clipstream.index.Version;
import dev.clipstream.topology.indexing.RecordVersion;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/// The newest record of each medium in one topic, by the order of the index. Reads without a consumer group. Used by
/// one thread.
final class NewestRecords<T extends SpecificRecordBase> implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    private final AvroSerde<T> values;
    private final Function<T, @Nullable Upload> upload;
    private final KafkaConsumer<@Nullable String, byte @Nullable []> consumer;
    private final List<TopicPartition> partitions;
    private final Map<String, Newest> newest = new HashMap<>();

    /// The position of the upload event that an event was derived from.
    record Upload(String topic, int partition, long offset) {}

    /// @param upload null: the medium was deleted
    private record Newest(Version version, @Nullable Upload upload) {}

    /// @param upload returns the upload of an event; null: the event is of another model and does not count
    NewestRecords(
            Map<String, Object> configuration,
            String topic,
            AvroSerde<T> values,
            Function<T, @Nullable Upload> upload) {
        this.values = values;
        this.upload = upload;
        this.consumer = new KafkaConsumer<>(configuration, new StringDeserializer(), new ByteArrayDeserializer());
        this.partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /// Reads to the current end, from where it stopped before.
    void read() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        while (partitions.stream()
                .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
            consumer.poll(POLL).forEach(this::keep);
        }
    }

    private void keep(ConsumerRecord<@Nullable String, byte @Nullable []> record) {
        String key = record.key();
        byte[] value = record.value();
        if (key == null) {
            return; // the indexing topology rejects it
        }
        try {
            Upload found = value == null ? null : upload.apply(values.read(value));
            if (value == null || found != null) {
                Version version = RecordVersion.of(
                        new TopicPartition(record.topic(), record.partition()),
                        record.offset(),
                        Math.max(0, record.timestamp()),
                        record.headers());
                newest.merge(
                        key,
                        new Newest(version, found),
                        (known, next) -> next.version().isNewerThan(known.version()) ? next : known);
            }
        } catch (NotAvroException e) {
            // the indexing topology rejects it and keeps the previous state
        }
    }

    /// Returns the media that were not deleted.
    Set<String> media() {
        return newest.entrySet().stream()
                .filter(medium -> medium.getValue().upload() != null)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /// Returns the upload of a medium; null: it is missing or was deleted.
    @Nullable
    Upload upload(String mediaId) {
        Newest known = newest.get(mediaId);
        return known == null ? null : known.upload();
    }

    /// Returns whether the topic still holds the deletion of a medium.
    boolean isDeleted(String mediaId) {
        Newest known = newest.get(mediaId);
        return known != null && known.upload() == null;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
