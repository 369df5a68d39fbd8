package dev.clipstream.topology.indexing;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.event.MediaEmbedded;
import dev.clipstream.event.MediaTagged;
import dev.clipstream.event.Tag;
import dev.clipstream.index.MediaDetails;
import dev.clipstream.index.MediaWrite;
import dev.clipstream.index.TagSet;
import dev.clipstream.index.TagSet.IndexedTag;
import dev.clipstream.index.Version;
import dev.clipstream.topology.gate.EventVectors;
import dev.clipstream.topology.gate.KeyPlacement;
import dev.clipstream.topology.gate.RecordGate;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecordBase;

/// How the events of one topic become writes into the index: `media.embedded` writes the vector of a medium,
/// `media.tagged` its tags.
///
/// @param <T> the topic's events
sealed interface WriteMapping<T extends SpecificRecordBase> {

    /// Returns the mapping of `media.embedded`.
    static WriteMapping<MediaEmbedded> vectors(KeyPlacement placement) {
        return new Vectors(RecordGate.vectors(placement));
    }

    /// Returns the mapping of `media.tagged`.
    static WriteMapping<MediaTagged> tags(KeyPlacement placement) {
        return new Tags(RecordGate.tags(placement));
    }

    /// Reads and checks the topic's records.
    RecordGate<T> gate();

    /// Returns the fingerprint of the event's model.
    String fingerprint(T event);

    /// Returns the write of an event.
    ///
    /// @param model the model of the index
    /// @throws IllegalArgumentException if the event's vector is not valid for the model
    MediaWrite put(T event, Version version, ModelIdentity model);

    /// Returns the write of a tombstone.
    MediaWrite delete(String mediaId, Version version);

    /// `media.embedded`.
    record Vectors(RecordGate<MediaEmbedded> gate) implements WriteMapping<MediaEmbedded> {
        @Override
        public String fingerprint(MediaEmbedded event) {
            return event.getModelFingerprint();
        }

        @Override
        public MediaWrite put(MediaEmbedded event, Version version, ModelIdentity model) {
            return new MediaWrite.PutVector(
                    event.getMediaId(),
                    version,
                    source(event.getSourceTopic(), event.getSourcePartition(), event.getSourceOffset()),
                    EventVectors.read(event, model),
                    new MediaDetails(
                            event.getUri(),
                            event.getContentType(),
                            Math.max(1, event.getImageWidth()),
                            Math.max(1, event.getImageHeight()),
                            event.getUploadedAt(),
                            event.getAttributes()));
        }

        @Override
        public MediaWrite delete(String mediaId, Version version) {
            return new MediaWrite.DeleteVector(mediaId, version);
        }
    }

    /// `media.tagged`.
    record Tags(RecordGate<MediaTagged> gate) implements WriteMapping<MediaTagged> {
        @Override
        public String fingerprint(MediaTagged event) {
            return event.getModelFingerprint();
        }

        @Override
        public MediaWrite put(MediaTagged event, Version version, ModelIdentity model) {
            return new MediaWrite.PutTags(
                    event.getMediaId(),
                    version,
                    source(event.getSourceTopic(), event.getSourcePartition(), event.getSourceOffset()),
                    new TagSet(
                            event.getLabelSet(),
                            event.getLabelSetVersion(),
                            event.getTags().stream()
                                    .filter(tag -> !tag.getLabelId().isEmpty())
                                    .map(Tags::tag)
                                    .toList(),
                            labelSets(event)));
        }

        private static Map<String, String> labelSets(MediaTagged event) {
            Map<String, String> versions = new LinkedHashMap<>();
            event.getLabelSets().forEach(set -> versions.put(set.getName(), set.getVersion()));
            return versions;
        }

        /// Maps a tag; clamps its probability to 0 to 1, because other producers may write any number.
        private static IndexedTag tag(Tag tag) {
            double probability = Double.isNaN(tag.getProbability()) ? 0 : Math.clamp(tag.getProbability(), 0.0, 1.0);
            String labelSet = tag.getLabelSet();
            return new IndexedTag(
                    tag.getLabelId(),
                    tag.getDisplayName(),
                    probability,
                    tag.getCosine(),
                    labelSet.isEmpty() ? null : labelSet,
                    tag.getDerivedFrom());
        }

        @Override
        public MediaWrite delete(String mediaId, Version version) {
            return new MediaWrite.DeleteTags(mediaId, version);
        }
    }

    /// Returns the name of an upload, which a vector and its tags have in common.
    private static String source(String topic, int partition, long offset) {
        return topic + "-" + partition + "@" + offset;
    }
}
