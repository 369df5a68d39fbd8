package dev.clipstream.topology.wiring;

import dev.clipstream.event.UploadPosition;
import dev.clipstream.topology.StageResult;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/// Forwards an output, or a tombstone for a deletion, with the position of its upload as a header.
///
/// Belongs to one task and runs on its stream thread.
final class OutputOrTombstone<T>
        extends ContextualProcessor<byte @Nullable [], StageResult<T>, byte @Nullable [], @Nullable T> {
    @Override
    public void process(Record<byte @Nullable [], StageResult<T>> record) {
        switch (record.value()) {
            case StageResult.Output<T>(T value, UploadPosition upload) -> forward(record, value, upload);
            case StageResult.Deleted<T>(UploadPosition upload) -> forward(record, null, upload);
            case StageResult.Rejected<T> _ ->
                throw new IllegalStateException("Expected an output or a deletion, found a rejection");
        }
    }

    private void forward(
            Record<byte @Nullable [], StageResult<T>> record, @Nullable T value, @Nullable UploadPosition upload) {
        Headers headers = new RecordHeaders(record.headers());
        if (upload != null) {
            upload.writeTo(headers);
        }
        context().forward(new Record<>(record.key(), value, record.timestamp(), headers));
    }
}
