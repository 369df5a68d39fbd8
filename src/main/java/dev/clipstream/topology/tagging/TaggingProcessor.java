package dev.clipstream.topology.tagging;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.event.AppliedLabelSet;
import dev.clipstream.event.MediaEmbedded;
import dev.clipstream.event.MediaTagged;
import dev.clipstream.event.RejectionReason;
import dev.clipstream.event.Tag;
import dev.clipstream.event.TaggingMode;
import dev.clipstream.label.LabelSet;
import dev.clipstream.tag.LiveTagger;
import dev.clipstream.tag.SetTags;
import dev.clipstream.tag.TaggerSnapshot;
import dev.clipstream.topology.Position;
import dev.clipstream.topology.StageResult;
import dev.clipstream.topology.async.CommitPace;
import dev.clipstream.topology.gate.EventVectors;
import dev.clipstream.topology.gate.GateResult;
import dev.clipstream.topology.gate.Outputs;
import dev.clipstream.topology.gate.RecordGate;
import dev.clipstream.topology.gate.Rejection;
import dev.clipstream.topology.gate.Rejections;
import dev.clipstream.topology.gate.SourceRecord;
import dev.clipstream.topology.topic.Refusals;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.jspecify.annotations.Nullable;

/// Tags the vector of each record, and rejects vectors of other models.
///
/// Belongs to one task and runs on its stream thread; the tagger is shared. A record is tagged wholly with the
/// tagger that was current when its processing began.
final class TaggingProcessor implements FixedKeyProcessor<byte @Nullable [], byte @Nullable [], StageResult<byte[]>> {
    private final RecordGate<MediaEmbedded> gate;
    private final LiveTagger tagger;
    private final Rejections rejections;
    private final Outputs<MediaTagged> outputs;
    private final Timer timer;
    private final Clock clock;
    private FixedKeyProcessorContext<byte @Nullable [], StageResult<byte[]>> context;

    /// @param timer measures from taking a record to forwarding its result
    TaggingProcessor(
            RecordGate<MediaEmbedded> gate,
            LiveTagger tagger,
            Rejections rejections,
            Outputs<MediaTagged> outputs,
            Timer timer,
            Clock clock) {
        this.gate = gate;
        this.tagger = tagger;
        this.rejections = rejections;
        this.outputs = outputs;
        this.timer = timer;
        this.clock = clock;
    }

    @Override
    public void init(FixedKeyProcessorContext<byte @Nullable [], StageResult<byte[]>> context) {
        this.context = context;
    }

    @Override
    public void process(FixedKeyRecord<byte @Nullable [], byte @Nullable []> record) {
        long started = System.nanoTime();
        Position position = Position.of(context);
        StageResult<byte[]> result = result(record, position);
        Refusals.ofThisThread().forward(position, () -> context.forward(record.withValue(result)));
        CommitPace.ofThisThread().forwarded(context::commit);
        timer.record(System.nanoTime() - started, TimeUnit.NANOSECONDS);
    }

    private StageResult<byte[]> result(FixedKeyRecord<byte @Nullable [], byte @Nullable []> record, Position position) {
        try {
            return switch (gate.check(record.key(), record.value(), record.headers(), position)) {
                case GateResult.Accepted<MediaEmbedded>(MediaEmbedded event, SourceRecord source) ->
                    tag(event, source, record.headers(), tagger.current());
                case GateResult.Deleted<MediaEmbedded>(String _, SourceRecord source) ->
                    outputs.tombstone(source, record.headers(), null);
                case GateResult.Rejected<MediaEmbedded>(Rejection rejection) -> rejections.reject(rejection);
            };
        } catch (RuntimeException e) {
            return rejections.reject(RecordGate.failed(record.key(), position, e));
        }
    }

    private StageResult<byte[]> tag(MediaEmbedded event, SourceRecord source, Headers headers, TaggerSnapshot tagger) {
        ModelIdentity model = tagger.model();
        if (!event.getModelFingerprint().equals(model.fingerprint())) {
            return rejections.reject(source.rejection(
                    RejectionReason.MODEL_MISMATCH,
                    "Expected a vector of the model " + model.id() + " (" + model.fingerprint() + "), found one of "
                            + event.getModelId() + " (" + event.getModelFingerprint()
                            + "). Embed the medium again, or tag with its model."));
        }
        Embedding vector;
        try {
            vector = EventVectors.read(event, model);
        } catch (IllegalArgumentException e) {
            return rejections.reject(source.rejection(RejectionReason.BAD_VECTOR, String.valueOf(e.getMessage())));
        }
        return outputs.of(tagged(event, vector, tagger), source, headers, null);
    }

    private MediaTagged tagged(MediaEmbedded event, Embedding vector, TaggerSnapshot snapshot) {
        List<LabelSet> sets = snapshot.labelSets();
        Optional<LabelSet> primary = sets.stream().findFirst();
        return MediaTagged.newBuilder()
                .setMediaId(event.getMediaId())
                .setTags(snapshot.tag(vector).stream()
                        .flatMap(TaggingProcessor::tags)
                        .toList())
                .setLabelSet(primary.map(LabelSet::name).orElse(""))
                .setLabelSetVersion(primary.map(LabelSet::version).orElse(""))
                .setMode(primary.map(TaggingProcessor::mode).orElse(TaggingMode.UNKNOWN))
                .setThreshold(primary.map(LabelSet::threshold).orElse(0.0))
                .setLabelSets(sets.stream().map(TaggingProcessor::applied).toList())
                .setModelId(event.getModelId())
                .setModelFingerprint(event.getModelFingerprint())
                .setUri(event.getUri())
                .setAttributes(event.getAttributes())
                .setSourceTopic(event.getSourceTopic())
                .setSourcePartition(event.getSourcePartition())
                .setSourceOffset(event.getSourceOffset())
                .setUploadedAt(event.getUploadedAt())
                .setTaggedAt(clock.instant())
                .build();
    }

    private static AppliedLabelSet applied(LabelSet set) {
        return AppliedLabelSet.newBuilder()
                .setName(set.name())
                .setVersion(set.version())
                .setMode(mode(set))
                .setThreshold(set.threshold())
                .build();
    }

    private static TaggingMode mode(LabelSet set) {
        return switch (set.mode()) {
            case EXCLUSIVE -> TaggingMode.EXCLUSIVE;
            case MULTI -> TaggingMode.MULTI;
        };
    }

    private static Stream<Tag> tags(SetTags tags) {
        return tags.tags().stream()
                .map(scored -> Tag.newBuilder()
                        .setLabelId(scored.labelId())
                        .setDisplayName(scored.displayName())
                        .setProbability(scored.probability())
                        .setCosine(scored.cosine())
                        .setLabelSet(tags.set().name())
                        .setLabelSetVersion(tags.set().version())
                        .setDerivedFrom(scored.derivedFrom())
                        .build());
    }
}
