package dev.clipstream.topology.tagging;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.event.MediaEmbedded;
import dev.clipstream.event.MediaRejected;
import dev.clipstream.event.RejectionReason;
import dev.clipstream.tag.ImageTags;
import dev.clipstream.tag.SetTags;
import dev.clipstream.tag.TaggerSnapshot;
import dev.clipstream.topology.Position;
import dev.clipstream.topology.StageResult;
import dev.clipstream.topology.async.CommitPace;
import dev.clipstream.topology.gate.EventVectors;
import dev.clipstream.topology.gate.GateResult;
import dev.clipstream.topology.gate.RecordGate;
import dev.clipstream.topology.gate.Rejection;
import dev.clipstream.topology.gate.SourceRecord;
import dev.clipstream.topology.tagging.TaggedMedia.Medium;
import dev.clipstream.topology.topic.Refusals;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// Tags the vector of each record, and rejects vectors of other models. Between records, it tags what is stored again
/// when the label sets have changed, see [Retagging].
///
/// Belongs to one task and runs on its stream thread; the tagger is shared. A record is tagged wholly with the
/// snapshot that was current when its processing began.
final class TaggingProcessor implements Processor<byte @Nullable [], byte @Nullable [], byte @Nullable [], Object> {
    private final TaggingParts parts;
    private ProcessorContext<byte @Nullable [], Object> context;
    private KeyValueStore<byte[], byte[]> published;
    private TaggedMedia media;
    private Retagging retagging;

    TaggingProcessor(TaggingParts parts) {
        this.parts = parts;
    }

    @Override
    public void init(ProcessorContext<byte @Nullable [], Object> context) {
        this.context = context;
        this.published = Objects.requireNonNull(context.getStateStore(TaggingTopology.PUBLISHED));
        this.media =
                new TaggedMedia(context, published, parts.events(), parts.tagged(), parts.alerts(), parts.rejections());
        TopicPartition input =
                new TopicPartition(parts.embedded(), context.taskId().partition());
        this.retagging = new Retagging(
                context,
                Objects.requireNonNull(context.getStateStore(KeptVectors.STORE)),
                Objects.requireNonNull(context.getStateStore(RetaggingState.STORE)),
                new StoredMedia(parts.stored(), input),
                media,
                parts);
    }

    @Override
    public void close() {
        retagging.close();
    }

    @Override
    public void process(Record<byte @Nullable [], byte @Nullable []> record) {
        long started = System.nanoTime();
        Position position = Position.of(context);
        Refusals.ofThisThread().forward(position, () -> process(record, position));
        CommitPace.ofThisThread().forwarded(context::commit);
        parts.timer().record(System.nanoTime() - started, TimeUnit.NANOSECONDS);
    }

    private void process(Record<byte @Nullable [], byte @Nullable []> record, Position position) {
        TaggerSnapshot snapshot = parts.tagger().current();
        retagging.tags(snapshot);
        Prepared prepared;
        try {
            prepared = prepare(record, position, snapshot);
        } catch (RuntimeException e) {
            prepared = new Prepared.Done(parts.rejections().reject(RecordGate.failed(record.key(), position, e)));
        }
        switch (prepared) {
            case Prepared.Tagged(Medium medium, ImageTags found) ->
                parts.metrics()
                        .alerts(media.write(medium, found, snapshot, false).alerts());
            case Prepared.Done(StageResult.Deleted<byte[]> _) -> {
                context.forward(record.withValue(null), TaggingTopology.OUTPUT);
                published.delete(Objects.requireNonNull(record.key()));
            }
            case Prepared.Done(StageResult.Rejected<byte[]>(MediaRejected rejection)) ->
                context.forward(record.withValue(rejection), TaggingTopology.REJECTION);
            case Prepared.Done(StageResult.Output<byte[]> output) ->
                throw new IllegalStateException("Expected a deletion or a rejection, found " + output);
        }
    }

    /// What is to be written of a record.
    private sealed interface Prepared {
        /// Tags.
        record Tagged(Medium medium, ImageTags found) implements Prepared {}

        /// A tombstone or a rejection.
        record Done(StageResult<byte[]> result) implements Prepared {}
    }

    private Prepared prepare(
            Record<byte @Nullable [], byte @Nullable []> record, Position position, TaggerSnapshot snapshot) {
        return switch (parts.gate().check(record.key(), record.value(), record.headers(), position)) {
            case GateResult.Accepted<MediaEmbedded>(MediaEmbedded event, SourceRecord source) ->
                prepare(record, event, source, snapshot);
            case GateResult.Deleted<MediaEmbedded>(String _, SourceRecord source) ->
                new Prepared.Done(parts.tagged().tombstone(source, record.headers(), null));
            case GateResult.Rejected<MediaEmbedded>(Rejection rejection) -> rejected(rejection);
        };
    }

    private Prepared prepare(
            Record<byte @Nullable [], byte @Nullable []> record,
            MediaEmbedded event,
            SourceRecord source,
            TaggerSnapshot snapshot) {
        ModelIdentity model = snapshot.model();
        if (!event.getModelFingerprint().equals(model.fingerprint())) {
            return rejected(source.rejection(
                    RejectionReason.MODEL_MISMATCH,
                    "Expected a vector of the model " + model.id() + " (" + model.fingerprint() + "), found one of "
                            + event.getModelId() + " (" + event.getModelFingerprint()
                            + "). Embed the medium again, or tag with its model."));
        }
        Embedding vector;
        try {
            vector = EventVectors.read(event, model);
        } catch (IllegalArgumentException e) {
            return rejected(source.rejection(RejectionReason.BAD_VECTOR, String.valueOf(e.getMessage())));
        }
        Medium medium = new Medium(
                Objects.requireNonNull(record.key()),
                Objects.requireNonNull(record.value()),
                record.timestamp(),
                record.headers(),
                source,
                event,
                vector);
        return new Prepared.Tagged(medium, new ImageTags(snapshot.tag(vector), alerts(snapshot, vector)));
    }

    private static List<SetTags> alerts(TaggerSnapshot snapshot, Embedding vector) {
        return snapshot.alerts().stream()
                .map(alert -> new SetTags(alert.labelSet(), alert.tag(vector)))
                .toList();
    }

    private Prepared rejected(Rejection rejection) {
        return new Prepared.Done(parts.rejections().reject(rejection));
    }
}
