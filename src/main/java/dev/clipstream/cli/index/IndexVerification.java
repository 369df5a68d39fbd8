package dev.clipstream.cli.index;

import dev.clipstream.cli.option.KafkaOptions;
import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaEmbedded;
import dev.clipstream.event.MediaTagged;
import dev.clipstream.index.IndexedMedia;
import dev.clipstream.index.MediaFilter;
import dev.clipstream.index.MediaIndex;
import dev.clipstream.index.MediaWrite;
import dev.clipstream.index.Version;
import dev.clipstream.index.WriteOutcome;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.acl.AclOperation;

/// Compares the topics with an index, and removes media from the index that the topics do not have.
///
/// Reads both topics from the beginning to the current end, and keeps for each medium the upload that its newest vector
/// and tags belong to. Then looks up each medium in the index, and in the topics each medium of the index. Media that
/// are in flight during the verification count as missing.
final class IndexVerification {
    private static final int MAX_LISTED = 100;
    private static final int BATCH = 500;

    private final KafkaOptions kafka;
    private final Map<String, Object> configuration;
    private final Instant started;
    private final Set<String> missing = new TreeSet<>();
    private final Set<String> untagged = new TreeSet<>();
    private final Set<String> onlyInIndex = new TreeSet<>();
    /// Those of the media that are only in the index whose deletion is certain.
    private final Set<String> deleted = new TreeSet<>();

    private int expected;
    private int repaired;

    /// @param started the time now
    /// @throws IOException if the file of Kafka properties cannot be read
    IndexVerification(KafkaOptions kafka, Instant started) throws IOException {
        this.kafka = kafka;
        this.started = started;
        this.configuration =
                kafka.configuration(Map.of("isolation.level", "read_committed", "allow.auto.create.topics", false));
    }

    /// Compares the index with the topics of vectors and tags.
    IndexVerification verify(MediaIndex index, String embedded, String tagged) {
        kafka.requireTopic(embedded, AclOperation.READ, configuration);
        kafka.requireTopic(tagged, AclOperation.READ, configuration);
        String fingerprint = index.model().fingerprint();
        try (NewestRecords<MediaEmbedded> vectors = new NewestRecords<>(
                        configuration,
                        embedded,
                        AvroSerde.embedded(),
                        event -> event.getModelFingerprint().equals(fingerprint)
                                ? new NewestRecords.Upload(
                                        event.getSourceTopic(), event.getSourcePartition(), event.getSourceOffset())
                                : null);
                NewestRecords<MediaTagged> tags = new NewestRecords<>(
                        configuration,
                        tagged,
                        AvroSerde.tagged(),
                        event -> event.getModelFingerprint().equals(fingerprint)
                                ? new NewestRecords.Upload(
                                        event.getSourceTopic(), event.getSourcePartition(), event.getSourceOffset())
                                : null)) {
            vectors.read();
            tags.read();
            long found = lookUp(index, vectors, tags);
            if (index.count(MediaFilter.ALL) > found) {
                findOnlyInIndex(index, vectors);
            }
            // a topic that is not only compacted loses media without a deletion
            boolean complete = !onlyInIndex.isEmpty() && kafka.keepsEveryKey(embedded, configuration);
            onlyInIndex.stream().filter(id -> complete || vectors.isDeleted(id)).forEach(deleted::add);
        }
        return this;
    }

    /// @return the number of media that were found
    private long lookUp(MediaIndex index, NewestRecords<MediaEmbedded> vectors, NewestRecords<MediaTagged> tags) {
        long found = 0;
        List<String> ids = List.copyOf(vectors.media());
        expected = ids.size();
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
                NewestRecords.Upload upload = vectors.upload(id);
                if (upload != null
                        && upload.equals(tags.upload(id))
                        && media.get(i).get().tags().isEmpty()) {
                    untagged.add(id);
                }
            }
        }
        return found;
    }

    private void findOnlyInIndex(MediaIndex index, NewestRecords<MediaEmbedded> vectors) {
        List<IndexedMedia> page;
        int offset = 0;
        do {
            page = index.newest(MediaFilter.ALL, offset, BATCH);
            offset += page.size();
            page.stream()
                    .map(IndexedMedia::mediaId)
                    .filter(id -> vectors.upload(id) == null)
                    .forEach(onlyInIndex::add);
        } while (page.size() == BATCH);
        vectors.read(); // what arrived since then
        onlyInIndex.removeIf(id -> vectors.upload(id) != null);
    }

    /// Removes the deleted media from the index. An upload since the start of the verification is newer, and stays.
    void repair(MediaIndex index) {
        Version version = new Version("verify-" + started.toEpochMilli(), 0, started);
        List<String> ids = List.copyOf(deleted);
        for (int from = 0; from < ids.size(); from += BATCH) {
            List<MediaWrite> batch = new ArrayList<>();
            for (String id : ids.subList(from, Math.min(ids.size(), from + BATCH))) {
                batch.add(new MediaWrite.DeleteVector(id, version));
            }
            List<WriteOutcome> outcomes = index.write(batch);
            for (int i = 0; i < batch.size(); i++) {
                if (outcomes.get(i) == WriteOutcome.APPLIED) {
                    repaired++;
                    onlyInIndex.remove(batch.get(i).mediaId());
                }
            }
        }
    }

    /// Returns whether the index holds what the topics hold.
    boolean isComplete() {
        return missing.isEmpty() && untagged.isEmpty() && onlyInIndex.isEmpty();
    }

    /// Returns the result: counts, and the ids of the first media that differ.
    Map<String, Object> report(String name) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("index", name);
        report.put("complete", isComplete());
        report.put("inTopics", expected);
        report.put("missing", missing.size());
        report.put("withoutTheirTags", untagged.size());
        report.put("onlyInIndex", onlyInIndex.size());
        report.put("repaired", repaired);
        report.put("missingMedia", missing.stream().limit(MAX_LISTED).toList());
        report.put("mediaWithoutTheirTags", untagged.stream().limit(MAX_LISTED).toList());
        report.put("onlyInIndexMedia", onlyInIndex.stream().limit(MAX_LISTED).toList());
        return report;
    }
}
