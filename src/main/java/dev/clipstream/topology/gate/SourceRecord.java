package dev.clipstream.topology.gate;

import dev.clipstream.event.RejectedEvent;
import dev.clipstream.event.RejectionReason;
import dev.clipstream.topology.Position;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What a rejection reports of the record that it rejects. It does not hold the record's value, so a stage may
/// keep it while work is in flight.
///
/// Immutable, provided that nobody changes the key's bytes.
public final class SourceRecord {
    private final Position position;
    private final byte @Nullable [] key;
    private final @Nullable RejectedEvent event;

    /// @param key   null: the record has no key
    /// @param event the upload event without its content; null: not read yet, or an event of another topic
    SourceRecord(Position position, byte @Nullable [] key, @Nullable RejectedEvent event) {
        this.position = position;
        this.key = key;
        this.event = event;
    }

    /// Returns a rejection of this record.
    ///
    /// @param message what was expected, what was found, what to do
    public Rejection rejection(RejectionReason reason, String message) {
        return new Rejection(this, reason, message);
    }

    /// Returns the rejection of this record after a topic refused its output.
    ///
    /// @param reason what the topic refuses
    public Rejection refused(String reason) {
        return rejection(
                RejectionReason.OUTPUT_REFUSED,
                "Expected an output that its topic accepts, found that " + reason
                        + ". Correct the record or the configuration of the topic.");
    }

    /// Returns the same with another position, for a record that is named by the upload that it comes from.
    public SourceRecord at(Position other) {
        return new SourceRecord(other, key, event);
    }

    /// Returns the record's position.
    public Position position() {
        return position;
    }

    byte @Nullable [] key() {
        return key;
    }

    @Nullable
    RejectedEvent event() {
        return event;
    }

    /// Returns the key as text; null: there is no key, or it is not UTF-8.
    @Nullable
    String keyText() {
        if (key == null) {
            return null;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(key))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
