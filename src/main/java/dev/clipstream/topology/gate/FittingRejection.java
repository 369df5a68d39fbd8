package dev.clipstream.topology.gate;

import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaRejected;
import dev.clipstream.topology.Occurrences;
import dev.clipstream.topology.Position;
import dev.clipstream.topology.topic.Refusals;
import dev.clipstream.topology.topic.TopicLimits;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/// Encodes a rejection and forwards it in the largest form that its topic accepts, so that a rejected record never
/// stops the stream.
///
/// The key is that of the rejected record. A record without a key, with an empty one, or with one above
/// [RecordGate#MAX_KEY_BYTES] is rejected under its position, such as `media.uploaded-0@42`, since a compacted topic
/// accepts no record without a key. Headers that would exceed [RecordGate#MAX_CARRIED_BYTES] are left out; smaller ones
/// behind them are kept. If that is too large, all headers are left out, then the event, then most of the message.
/// If the topic refused a rejection of the record before, only the smallest form is tried; if it refuses that one, too,
/// the rejection is dropped, counted and logged.
///
/// Belongs to one task and runs on its stream thread.
public final class FittingRejection extends ContextualProcessor<byte @Nullable [], MediaRejected, byte[], byte[]> {
    private static final int SHORT_MESSAGE = 120;
    private static final AvroSerde<MediaRejected> SERDE = AvroSerde.rejected();

    private final Supplier<TopicLimits> limits;
    private final Occurrences dropped;

    /// @param limits  of the topic of rejections
    /// @param dropped counts rejections that their topic does not accept in any form
    public FittingRejection(Supplier<TopicLimits> limits, Occurrences dropped) {
        this.limits = limits;
        this.dropped = dropped;
    }

    @Override
    public void process(Record<byte @Nullable [], MediaRejected> record) {
        MediaRejected rejection = record.value();
        Position position = new Position(
                new TopicPartition(rejection.getSourceTopic(), rejection.getSourcePartition()),
                rejection.getSourceOffset());
        int refused = Refusals.ofThisThread().ofRejection(position);
        for (Record<byte[], byte[]> form :
                refused == 0 ? forms(record, position) : List.of(smallest(record, position))) {
            if (refused < 2 && limits.get().accepts(form.key(), form.value(), form.headers())) {
                Refusals.ofThisThread()
                        .forwardRejection(position, () -> context().forward(form));
                return;
            }
        }
        dropped.note(() -> "Expected a topic that accepts the rejection of " + position
                + ", found that it is too large or refused. It is dropped: " + rejection.getReasonCode() + ": "
                + rejection.getMessage() + " Raise max.message.bytes of the topic of rejections, and check its other"
                + " limits");
    }

    /// Returns the forms of a rejection, the largest first.
    private static List<Record<byte[], byte[]>> forms(
            Record<byte @Nullable [], MediaRejected> record, Position position) {
        byte[] key = record.key();
        byte[] fitting = key == null || key.length == 0 || key.length > RecordGate.MAX_KEY_BYTES ? key(position) : key;
        MediaRejected rejection = record.value();
        byte[] whole = SERDE.write(rejection);
        return List.of(
                new Record<>(fitting, whole, record.timestamp(), fitting(record.headers(), fitting.length)),
                new Record<>(fitting, whole, record.timestamp()),
                new Record<>(
                        fitting,
                        SERDE.write(MediaRejected.newBuilder(rejection)
                                .setEvent(null)
                                .build()),
                        record.timestamp()),
                smallest(record, position));
    }

    private static Record<byte[], byte[]> smallest(Record<byte @Nullable [], MediaRejected> record, Position position) {
        MediaRejected rejection = record.value();
        return new Record<>(
                key(position),
                SERDE.write(MediaRejected.newBuilder(rejection)
                        .setMediaId(null)
                        .setEvent(null)
                        .setMessage(Rejections.cut(rejection.getMessage(), SHORT_MESSAGE))
                        .build()),
                record.timestamp());
    }

    private static byte[] key(Position position) {
        return position.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static Headers fitting(Headers headers, int taken) {
        long room = (long) RecordGate.MAX_CARRIED_BYTES - taken;
        Headers kept = new RecordHeaders();
        for (Header header : headers) {
            long size = CarriedSize.of(header);
            if (size <= room) {
                room -= size;
                kept.add(header);
            }
        }
        return kept;
    }
}
