package dev.clipstream.topology.gate;

import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.NotAvroException;
import dev.clipstream.event.RejectionReason;
import dev.clipstream.event.UploadPosition;
import dev.clipstream.topology.StageResult;
import dev.clipstream.topology.topic.TopicFacts;
import dev.clipstream.topology.topic.TopicLimits;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/// Encodes the events of an output topic. Rejects a record whose output the topic would not accept. Safe for use by
/// many threads.
///
/// @param <T> the topic's events
public final class Outputs<T extends SpecificRecordBase> {
    private final String topic;
    private final AvroSerde<T> serde;
    private final TopicFacts facts;
    private final Rejections rejections;

    public Outputs(String topic, AvroSerde<T> serde, TopicFacts facts, Rejections rejections) {
        this.topic = topic;
        this.serde = serde;
        this.facts = facts;
        this.rejections = rejections;
    }

    /// Returns the output of a record. Called when the stage forwards it.
    ///
    /// @param source  the record
    /// @param headers the record's headers, which the output carries
    /// @param upload  see [StageResult.Output]
    public StageResult<byte[]> of(T event, SourceRecord source, Headers headers, @Nullable UploadPosition upload) {
        byte[] value;
        try {
            value = serde.write(event);
        } catch (NotAvroException e) {
            return rejections.reject(source.rejection(RejectionReason.FAILED, String.valueOf(e.getMessage())));
        }
        return fitting(value, new StageResult.Output<>(value, upload), source, headers, upload);
    }

    /// Returns the tombstone of a record. Called when the stage forwards it.
    public StageResult<byte[]> tombstone(SourceRecord source, Headers headers, @Nullable UploadPosition upload) {
        return fitting(null, new StageResult.Deleted<>(upload), source, headers, upload);
    }

    private StageResult<byte[]> fitting(
            byte @Nullable [] value,
            StageResult<byte[]> output,
            SourceRecord source,
            Headers headers,
            @Nullable UploadPosition upload) {
        TopicLimits limits = facts.limits(topic);
        long bytes = TopicLimits.bytes(source.key(), value, headers)
                + (upload == null ? 0 : UploadPosition.MAX_HEADER_BYTES);
        if (bytes > limits.maxRecordBytes()) {
            return rejections.reject(source.rejection(
                    RejectionReason.EVENT_TOO_LARGE,
                    "Expected an output of at most " + limits.maxRecordBytes() + " bytes, as " + topic
                            + " accepts them, found " + bytes
                            + " bytes. Carry less in key, headers, uri and attributes, or raise max.message.bytes of"
                            + " the topic and max.request.size."));
        }
        return output;
    }
}
