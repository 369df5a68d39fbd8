package dev.clipstream.topology;

import dev.clipstream.event.NotAvroException;
import dev.clipstream.event.RejectionReason;
import dev.clipstream.index.MediaWrite;
import dev.clipstream.index.Version;
import dev.clipstream.index.WriteOutcome;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/// Records of one topic to writes: reads the event, refuses what is none, has the rest written.
///
/// An event of another model is passed over, since each model has an index and a topology of its own. Called by every
/// stream thread; holds nothing but what it was made of.
///
/// @param <T> the topic's records
final class IndexingWork<T extends SpecificRecordBase>
        implements AsyncWork<byte @Nullable [], byte @Nullable [], StageResult<WriteOutcome>> {
    private final IndexedPart<T> part;
    private final MediaIndexing index;
    private final Rejections rejections;

    IndexingWork(IndexedPart<T> part, MediaIndexing index, Rejections rejections) {
        this.part = part;
        this.index = index;
        this.rejections = rejections;
    }

    @Override
    public Pending<StageResult<WriteOutcome>> begin(
            Record<byte @Nullable [], byte @Nullable []> record, Position position) {
        byte[] key = record.key();
        String mediaId = Rejections.text(key);
        if (key == null || mediaId == null || mediaId.isEmpty()) {
            return refuse(
                    position,
                    key,
                    RejectionReason.NO_KEY,
                    "A record keyed by its media id in UTF-8 was expected, found "
                            + (key == null ? "no key" : key.length + " bytes") + ": write the media id as the key");
        }
        // one partition of one topic is one log, and this topic alone tells this part of a medium
        Version version = new Version(
                position.partition().toString(), position.offset(), Instant.ofEpochMilli(record.timestamp()));
        if (record.value() == null) {
            return write(part.delete(mediaId, version));
        }
        T event;
        try {
            event = part.serde().read(record.value());
        } catch (NotAvroException e) {
            return refuse(position, key, RejectionReason.NOT_AVRO, String.valueOf(e.getMessage()));
        }
        if (!Arrays.equals(part.mediaId(event).getBytes(StandardCharsets.UTF_8), key)) {
            return refuse(
                    position,
                    key,
                    RejectionReason.KEY_MISMATCH,
                    "The media id as the record's key was expected, found the media id '" + part.mediaId(event)
                            + "' under the key '" + mediaId + "': write both the same");
        }
        if (!part.fingerprint(event).equals(index.model().fingerprint())) {
            return Pending.done(() -> new StageResult.Output<>(WriteOutcome.STALE));
        }
        try {
            return write(part.put(event, version, index.model()));
        } catch (IllegalArgumentException e) {
            return refuse(position, key, RejectionReason.BAD_VECTOR, e.getMessage() + ": embed the medium again");
        }
    }

    private Pending<StageResult<WriteOutcome>> write(MediaWrite write) {
        CompletableFuture<WriteOutcome> work = index.submit(write);
        CompletableFuture<Supplier<StageResult<WriteOutcome>>> result =
                work.thenApply(outcome -> () -> new StageResult.Output<>(outcome));
        // given up by the stage: nobody waits for the write any more
        var _ = result.whenComplete((done, thrown) -> work.cancel(true));
        return new Pending<>(result, waited -> {
            throw new IllegalStateException(
                    "Writes were expected to wait for their index as long as it takes, found one given up after "
                            + waited + ": build the topology with IndexingTopology.limits");
        });
    }

    private Pending<StageResult<WriteOutcome>> refuse(
            Position position, byte @Nullable [] key, RejectionReason reason, String message) {
        return Pending.done(() -> rejections.reject(position, key, null, reason, message));
    }
}
