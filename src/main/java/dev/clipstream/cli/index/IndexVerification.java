package dev.clipstream.cli.index;

import dev.clipstream.cli.option.KafkaOptions;
import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaEmbedded;
import dev.clipstream.event.MediaTagged;
import dev.clipstream.event.NotAvroException;
import dev.clipstream.index.IndexedMedia;
import dev.clipstream.index.MediaFilter;
import dev.clipstream.index.MediaIndex;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/// Compares the topics with an index.
///
/// Reads both topics from the beginning to the current end, without a consumer group, and keeps for each medium
/// the upload that its newest vector and tags belong to. Then looks up each medium in the index. Media that are
/// in flight during the verification count as missing.
final class IndexVerification {
    private static final int MAX_LISTED = 100;
    private static final int BATCH = 500;

    private final KafkaOptions kafka;
    private final Map<String, Object> configuration;
    private final Set<String> missing = new TreeSet<>();
    private final Set<String> untagged = new TreeSet<>();
    private int expected;
    private long surplus;

    /// @throws IOException if the file of Kafka properties cannot be read
    IndexVerification(KafkaOptions kafka) throws IOException {
        this.kafka = kafka;
        this.configuration =
                kafka.configuration(Map.of("isolation.level", "read_committed", "allow.auto.create.topics", false));
    }

    /// The position of the upload event that an event was derived from.
    private record Upload(String topic, int partition, long offset) {}

    /// Compares the index with the topics of vectors and tags.
    IndexVerification verify(MediaIndex index, String embedded, String tagged) {
        kafka.requireTopic(embedded, AclOperation.READ, configuration);
        kafka.requireTopic(tagged, AclOperation.READ, configuration);
        String fingerprint = index.model().fingerprint();
        Map<String, Upload> vectors = newest(
                embedded,
                AvroSerde.embedded(),
                (MediaEmbedded event) -> event.getModelFingerprint().equals(fingerprint)
                        ? new Upload(event.getSourceTopic(), event.getSourcePartition(), event.getSourceOffset())
                        : null);
        Map<String, Upload> tags = newest(
                tagged,
                AvroSerde.tagged(),
                (MediaTagged event) -> event.getModelFingerprint().equals(fingerprint)
                        ? new Upload(event.getSourceTopic(), event.getSourcePartition(), event.getSourceOffset())
                        : null);
        expected = vectors.size();
        long found = 0;
        List<String> ids = List.copyOf(vectors.keySet());
        for (int from = 0; from < ids.size(); from += BATCH) {
            List<String> batch = ids.subList(from, Math.min(ids.size(), from + BATCH));
            List<Optional<IndexedMedia>> media = index.get(batch);
            for (int i = 0; i < batch.size(); i++) {
                String id = batch.get(i);
                if (media.get(i).isEmpty()) {
                    missing.add(id);
                    continue;
                }
                found++;
                Upload upload = vectors.get(id);
                if (upload != null
                        && upload.equals(tags.get(id))
                        && media.get(i).get().tags().isEmpty()) {
                    untagged.add(id);
                }
            }
        }
        surplus = index.count(MediaFilter.ALL) - found;
        return this;
    }

    private <T extends SpecificRecordBase> Map<String, Upload> newest(
            String topic, AvroSerde<T> values, Function<T, @Nullable Upload> upload) {
        Map<String, Upload> newest = new HashMap<>();
        try (KafkaConsumer<@Nullable String, byte @Nullable []> consumer =
                new KafkaConsumer<>(configuration, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream()
                    .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
                for (ConsumerRecord<@Nullable String, byte @Nullable []> record :
                        consumer.poll(Duration.ofMillis(200))) {
                    keep(record, values, upload, newest);
                }
            }
        }
        return newest;
    }

    private static <T extends SpecificRecordBase> void keep(
            ConsumerRecord<@Nullable String, byte @Nullable []> record,
            AvroSerde<T> values,
            Function<T, @Nullable Upload> upload,
            Map<String, Upload> newest) {
        String key = record.key();
        byte[] value = record.value();
        if (key == null) {
            return; // the indexing topology rejects it
        }
        if (value == null) {
            newest.remove(key);
            return;
        }
        try {
            Upload found = upload.apply(values.read(value));
            if (found != null) {
                newest.put(key, found);
            }
        } catch (NotAvroException e) {
            // the indexing topology rejects it and keeps the previous state
        }
    }

    /// Returns whether nothing is missing.
    boolean isComplete() {
        return missing.isEmpty() && untagged.isEmpty();
    }

    /// Returns the result: counts, and the ids of the first missing media.
    Map<String, Object> report(String name) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("index", name);
        report.put("complete", isComplete());
        report.put("inTopics", expected);
        report.put("missing", missing.size());
        report.put("withoutTheirTags", untagged.size());
        report.put("onlyInIndex", surplus);
        report.put("missingMedia", missing.stream().limit(MAX_LISTED).toList());
        report.put("mediaWithoutTheirTags", untagged.stream().limit(MAX_LISTED).toList());
        return report;
    }
}
