package dev.clipstream.topology.indexing;

import dev.clipstream.event.RejectionReason;
import dev.clipstream.index.MediaWrite;
import dev.clipstream.index.Version;
import dev.clipstream.index.WriteOutcome;
import dev.clipstream.topology.Position;
import dev.clipstream.topology.StageResult;
import dev.clipstream.topology.async.AsyncWork;
import dev.clipstream.topology.gate.GateResult;
import dev.clipstream.topology.gate.RecordGate;
import dev.clipstream.topology.gate.Rejection;
import dev.clipstream.topology.gate.Rejections;
import dev.clipstream.topology.gate.SourceRecord;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/// The work on a record of one topic: passes it through the gate and writes its event into the index.
///
/// An event of another model is skipped, since each model has an index and a topology of its own. Called by every
/// stream thread; stateless.
///
/// @param <T> the topic's events
final class IndexingWork<T extends SpecificRecordBase>
        implements AsyncWork<byte @Nullable [], byte @Nullable [], StageResult<WriteOutcome>> {
    private final WriteMapping<T> mapping;
    private final MediaIndexing index;
    private final Rejections rejections;

    IndexingWork(WriteMapping<T> mapping, MediaIndexing index, Rejections rejections) {
        this.mapping = mapping;
        this.index = index;
        this.rejections = rejections;
    }

    @Override
    public Pending<StageResult<WriteOutcome>> begin(
            Record<byte @Nullable [], byte @Nullable []> record, Position position) {
        try {
            return check(record, position);
        } catch (RuntimeException e) {
            return reject(RecordGate.failed(record.key(), position, e));
        }
    }

    private Pending<StageResult<WriteOutcome>> check(
            Record<byte @Nullable [], byte @Nullable []> record, Position position) {
        Version version =
                RecordVersion.of(position.partition(), position.offset(), record.timestamp(), record.headers());
        return switch (mapping.gate().check(record.key(), record.value(), record.headers(), position)) {
            case GateResult.Accepted<T>(T event, SourceRecord source) -> put(event, version, source);
            case GateResult.Deleted<T>(String mediaId, SourceRecord source) ->
                write(mapping.delete(mediaId, version), source);
            case GateResult.Rejected<T>(Rejection rejection) -> reject(rejection);
        };
    }

    private Pending<StageResult<WriteOutcome>> put(T event, Version version, SourceRecord source) {
        if (!mapping.fingerprint(event).equals(index.model().fingerprint())) {
            return Pending.done(() -> new StageResult.Output<>(WriteOutcome.STALE));
        }
        MediaWrite write;
        try {
            write = mapping.put(event, version, index.model());
        } catch (IllegalArgumentException e) {
            return reject(notIndexable(source, e));
        }
        return write(write, source);
    }

    private Pending<StageResult<WriteOutcome>> write(MediaWrite write, SourceRecord source) {
        CompletableFuture<WriteOutcome> work = index.submit(write);
        CompletableFuture<Supplier<StageResult<WriteOutcome>>> result = work.<Supplier<StageResult<WriteOutcome>>>
                        thenApply(outcome -> () -> new StageResult.Output<>(outcome))
                .exceptionally(thrown -> refused(thrown, source));
        // cancelled by the stage: the write has no purpose any more
        var _ = result.whenComplete((done, thrown) -> work.cancel(true));
        return new Pending<>(result, waited -> {
            throw new IllegalStateException("Expected writes to wait for their index without limit, found one that was"
                    + " timed out after " + waited + ". Build the topology with IndexingTopology.limits.");
        });
    }

    /// Returns the rejection of a record that the index cannot hold. Any other failure remains one.
    private Supplier<StageResult<WriteOutcome>> refused(Throwable thrown, SourceRecord source) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (cause instanceof NotIndexableException) {
            return () -> rejections.reject(notIndexable(source, cause));
        }
        throw thrown instanceof CompletionException e ? e : new CompletionException(thrown);
    }

    private static Rejection notIndexable(SourceRecord source, Throwable cause) {
        return source.rejection(RejectionReason.NOT_INDEXABLE, String.valueOf(cause.getMessage()));
    }

    private Pending<StageResult<WriteOutcome>> reject(Rejection rejection) {
        return Pending.done(() -> rejections.reject(rejection));
    }
}
