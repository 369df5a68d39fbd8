package dev.clipstream.topology.tagging;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.event.MediaEmbedded;
import dev.clipstream.topology.Position;
import dev.clipstream.topology.gate.EventVectors;
import dev.clipstream.topology.gate.GateResult;
import dev.clipstream.topology.gate.RecordGate;
import dev.clipstream.topology.gate.SourceRecord;
import dev.clipstream.topology.tagging.TaggedMedia.Medium;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.state.ValueTimestampHeaders;

/// Reads the media that the store of vectors holds. It has all records of `media.embedded`, those that were rejected
/// among them, because it is restored from the topic.
///
/// @param gate  checks the records once more
/// @param input the partition of `media.embedded` that they come from
record StoredMedia(RecordGate<MediaEmbedded> gate, TopicPartition input) {

    /// Returns a medium. Empty: it was rejected as a record, or is of another model.
    ///
    /// @param stored the value of the store, which does not hold the offset. A rejection names the upload instead
    /// @param model  that can be tagged
    Optional<Medium> medium(byte[] key, ValueTimestampHeaders<byte[]> stored, ModelIdentity model) {
        Position unknown = new Position(input, Long.MAX_VALUE);
        if (!(gate.check(key, stored.value(), stored.headers(), unknown)
                instanceof GateResult.Accepted<MediaEmbedded>(MediaEmbedded event, SourceRecord source))) {
            return Optional.empty();
        }
        if (!event.getModelFingerprint().equals(model.fingerprint())) {
            return Optional.empty();
        }
        try {
            Position upload = new Position(
                    new TopicPartition(event.getSourceTopic(), event.getSourcePartition()), event.getSourceOffset());
            return Optional.of(new Medium(
                    key,
                    stored.value(),
                    Math.max(0, stored.timestamp()),
                    stored.headers(),
                    source.at(upload),
                    event,
                    EventVectors.read(event, model)));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // no valid vector, or not from an upload
        }
    }
}
