package dev.clipstream.topology.gate;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/// Forwards a rejection with the key and the headers that fit, so that the rejection of a large record is not too
/// large itself. It leaves out a key above [RecordGate#MAX_KEY_BYTES], and headers that would exceed
/// [RecordGate#MAX_CARRIED_BYTES]; it keeps smaller headers behind them.
///
/// Belongs to one task and runs on its stream thread.
public final class FittingRejection<V> extends ContextualProcessor<byte @Nullable [], V, byte @Nullable [], V> {
    @Override
    public void process(Record<byte @Nullable [], V> record) {
        byte[] key = record.key() == null || record.key().length > RecordGate.MAX_KEY_BYTES ? null : record.key();
        context()
                .forward(new Record<>(
                        key,
                        record.value(),
                        record.timestamp(),
                        fitting(record.headers(), key == null ? 0 : key.length)));
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
