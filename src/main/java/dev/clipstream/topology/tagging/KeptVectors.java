package dev.clipstream.topology.tagging;

import java.util.Objects;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ValueTimestampHeaders;
import org.jspecify.annotations.Nullable;

/// Keeps each record of `media.embedded` in the store of vectors, as it is. The store is restored from the topic, so it
/// must hold what the topic holds, whatever becomes of a record.
///
/// Belongs to one task and runs on its stream thread.
final class KeptVectors extends ContextualProcessor<byte @Nullable [], byte @Nullable [], Void, Void> {
    /// Name of the store.
    static final String STORE = "vectors";

    @Override
    public void process(Record<byte @Nullable [], byte @Nullable []> record) {
        byte[] key = record.key();
        if (key == null) {
            return; // as when the store is restored
        }
        KeyValueStore<byte[], ValueTimestampHeaders<byte[]>> vectors =
                Objects.requireNonNull(context().getStateStore(STORE));
        if (record.value() == null) {
            vectors.delete(key);
        } else {
            vectors.put(key, ValueTimestampHeaders.make(record.value(), record.timestamp(), record.headers()));
        }
    }
}
