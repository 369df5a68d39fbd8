package dev.clipstream.topology.gate;

import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaEmbedded;
import dev.clipstream.event.MediaTagged;
import dev.clipstream.event.MediaUploaded;
import dev.clipstream.event.NotAvroException;
import dev.clipstream.event.RejectionReason;
import dev.clipstream.topology.Position;
import dev.clipstream.topology.topic.Refusals;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/// Reads and checks every record that a stage takes from its source topic.
///
/// The checks run in this order; the first that fails decides the reason of the rejection:
///
/// 1. No topic refused the record's output before: else `output-refused`.
/// 2. Key and headers fit into an output: else `event-too-large`.
/// 3. There is a key, and it is not empty: else `no-key`.
/// 4. The key of an upload is in its partition, if the settings ask for it: else `key-misplaced`.
/// 5. A tombstone has a key in UTF-8: else `key-mismatch`. A sound tombstone is done here.
/// 6. The value is an event of the topic in Avro's single-object encoding: else `not-avro`.
/// 7. Key, headers, attributes and texts fit into an output: else `event-too-large`.
/// 8. The key is the event's media id in UTF-8: else `key-mismatch`.
///
/// Immutable, hence safe for use by many threads. A rejection is neither counted nor dated here: see [Rejections].
///
/// @param <T> the topic's events
public final class RecordGate<T extends SpecificRecordBase> {
    /// Maximum bytes of a key, which is copied twice: 64 KiB.
    public static final int MAX_KEY_BYTES = 64 << 10;

    /// Maximum bytes of key, headers, attributes and texts together: 256 KiB.
    public static final int MAX_CARRIED_BYTES = 256 << 10;

    private static final int QUOTED_KEY_BYTES = 64;

    private final EventType<T> type;

    private final KeyPlacement placement;

    private RecordGate(EventType<T> type, KeyPlacement placement) {
        this.type = type;
        this.placement = placement;
    }

    /// Returns the gate of `media.uploaded` and `media.backfill`.
    ///
    /// @param modelId the model that embeds the uploads; its vectors' events carry the name
    public static RecordGate<MediaUploaded> uploads(String modelId, KeyPlacement placement) {
        return new RecordGate<>(new EventType.Uploads(AvroSerde.uploaded(), modelId), placement);
    }

    /// Returns the gate of `media.embedded`.
    public static RecordGate<MediaEmbedded> vectors(KeyPlacement placement) {
        return new RecordGate<>(new EventType.Vectors(AvroSerde.embedded()), placement.counting());
    }

    /// Returns the gate of `media.tagged`.
    public static RecordGate<MediaTagged> tags(KeyPlacement placement) {
        return new RecordGate<>(new EventType.Tags(AvroSerde.tagged()), placement.counting());
    }

    /// Reads and checks a record.
    ///
    /// @param key      null: the record has none
    /// @param value    null: a tombstone
    /// @param headers  not changed
    /// @param position the record's position in the source topic
    public GateResult<T> check(byte @Nullable [] key, byte @Nullable [] value, Headers headers, Position position) {
        SourceRecord record = new SourceRecord(position, key, null);
        Optional<String> outputRefusal = Refusals.ofThisThread().ofOutput(position);
        if (outputRefusal.isPresent()) {
            return new GateResult.Rejected<>(record.refused(outputRefusal.get()));
        }
        CarriedSize size = CarriedSize.of(key, headers);
        if (size.isTooLarge()) {
            return tooLarge(record, size);
        }
        if (key == null || key.length == 0) {
            return rejected(
                    record,
                    RejectionReason.NO_KEY,
                    "Expected a record keyed by its media id, found " + (key == null ? "no key" : "an empty key")
                            + ". Write the media id as the key.");
        }
        Optional<String> misplaced = placement.refusal(key, position);
        if (misplaced.isPresent()) {
            return rejected(record, RejectionReason.KEY_MISPLACED, misplaced.get());
        }
        if (value == null) {
            return deleted(record);
        }
        T event;
        try {
            event = type.serde().read(value);
        } catch (NotAvroException e) {
            return rejected(record, RejectionReason.NOT_AVRO, String.valueOf(e.getMessage()));
        }
        size = type.carried(size, event, position);
        if (size.isTooLarge()) {
            return tooLarge(record, size);
        }
        SourceRecord source = new SourceRecord(position, key, type.summary(event));
        String mediaId = type.mediaId(event);
        if (!Arrays.equals(mediaId.getBytes(StandardCharsets.UTF_8), key)) {
            return rejected(
                    source,
                    RejectionReason.KEY_MISMATCH,
                    "Expected the media id as the record's key, found the media id '" + mediaId + "' under "
                            + quotedKey(source) + ". Write the same value in both.");
        }
        return new GateResult.Accepted<>(event, source);
    }

    /// Returns the rejection of a record on which a stage fails unexpectedly.
    public static Rejection failed(byte @Nullable [] key, Position position, RuntimeException cause) {
        return new SourceRecord(position, key, null)
                .rejection(
                        RejectionReason.FAILED,
                        "Expected a record that can be processed, found that it fails with " + cause
                                + ". Correct the record, or report a defect.");
    }

    private GateResult<T> deleted(SourceRecord record) {
        String mediaId = record.keyText();
        return mediaId == null
                ? rejected(
                        record,
                        RejectionReason.KEY_MISMATCH,
                        "Expected a tombstone keyed by a media id, found " + quotedKey(record)
                                + ". Write the media id as the key.")
                : new GateResult.Deleted<>(mediaId, record);
    }

    /// The rejection holds nothing of the event, because it would be too large for its topic, too.
    private GateResult<T> tooLarge(SourceRecord record, CarriedSize size) {
        byte[] key = record.key();
        String beginning = key == null || key.length <= MAX_KEY_BYTES
                ? ""
                : " (it begins with '" + new String(key, 0, QUOTED_KEY_BYTES, StandardCharsets.UTF_8) + "')";
        return rejected(
                record,
                RejectionReason.EVENT_TOO_LARGE,
                "Expected a key of at most " + MAX_KEY_BYTES + " bytes, and at most " + MAX_CARRIED_BYTES
                        + " bytes of key, headers, uri, content type and attributes together, found a key of "
                        + size.key() + " bytes" + beginning + " and " + size.others()
                        + " bytes of the others. Every output carries them: store large values elsewhere and carry a"
                        + " reference.");
    }

    private GateResult<T> rejected(SourceRecord record, RejectionReason reason, String message) {
        return new GateResult.Rejected<>(record.rejection(reason, message));
    }

    private static String quotedKey(SourceRecord record) {
        String key = record.keyText();
        return key == null ? "a key that is not UTF-8" : "the key '" + key + "'";
    }
}
