package dev.clipstream.topology;

import dev.clipstream.clip.Embedding;
import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaEmbedded;
import dev.clipstream.event.MediaTagged;
import dev.clipstream.event.NotAvroException;
import dev.clipstream.event.RejectionReason;
import dev.clipstream.event.Tag;
import dev.clipstream.event.TaggingMode;
import dev.clipstream.tag.LabelSet;
import dev.clipstream.tag.LiveTagger;
import dev.clipstream.tag.ScoredLabel;
import dev.clipstream.tag.ZeroShotTagger;
import io.micrometer.core.instrument.Timer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.jspecify.annotations.Nullable;

/// Vector records to tags: reads the event, refuses what is none or comes from another model, scores the rest.
///
/// Belongs to one task and runs on its stream thread; the tagger is shared. A record is tagged wholly
/// with the tagger that was current when its processing began.
final class TaggingProcessor
        implements FixedKeyProcessor<byte @Nullable [], byte @Nullable [], StageResult<MediaTagged>> {
    private final AvroSerde<MediaEmbedded> events = AvroSerde.embedded();
    private final LiveTagger tagger;
    private final Rejections rejections;
    private final Timer timer;
    private final Clock clock;
    private FixedKeyProcessorContext<byte @Nullable [], StageResult<MediaTagged>> context;

    /// @param timer of the time from a record to its forwarding
    TaggingProcessor(LiveTagger tagger, Rejections rejections, Timer timer, Clock clock) {
        this.tagger = tagger;
        this.rejections = rejections;
        this.timer = timer;
        this.clock = clock;
    }

    @Override
    public void init(FixedKeyProcessorContext<byte @Nullable [], StageResult<MediaTagged>> context) {
        this.context = context;
    }

    @Override
    public void process(FixedKeyRecord<byte @Nullable [], byte @Nullable []> record) {
        long started = System.nanoTime();
        Position position = Position.of(context.recordMetadata()
                .orElseThrow(() -> new IllegalStateException(
                        "A record from a source topic was expected, found one without a position: the tagger must be"
                                + " fed by its source topic")));
        context.forward(record.withValue(result(record, position, tagger.current())));
        timer.record(System.nanoTime() - started, TimeUnit.NANOSECONDS);
    }

    private StageResult<MediaTagged> result(
            FixedKeyRecord<byte @Nullable [], byte @Nullable []> record, Position position, ZeroShotTagger tagger) {
        byte[] key = record.key();
        byte[] value = record.value();
        Carried carried = Carried.of(key, record.headers());
        if (carried.isTooMuch()) {
            return rejections.rejectTooLarge(position, key, carried);
        }
        if (key == null) {
            return rejections.reject(
                    position,
                    null,
                    null,
                    RejectionReason.NO_KEY,
                    "A record keyed by its media id was expected, found no key: write the media id as the key");
        }
        if (value == null) {
            return new StageResult.Deleted<>();
        }
        MediaEmbedded event;
        try {
            event = events.read(value);
        } catch (NotAvroException e) {
            return rejections.reject(position, key, null, RejectionReason.NOT_AVRO, String.valueOf(e.getMessage()));
        }
        carried = carried.and(event.getAttributes(), event.getUri(), event.getModelId(), event.getSourceTopic());
        if (carried.isTooMuch()) {
            return rejections.rejectTooLarge(position, key, carried);
        }
        if (!Arrays.equals(event.getMediaId().getBytes(StandardCharsets.UTF_8), key)) {
            return rejections.reject(
                    position,
                    key,
                    null,
                    RejectionReason.KEY_MISMATCH,
                    "The media id as the record's key was expected, found the media id '" + event.getMediaId()
                            + "' under the key '" + Rejections.text(key) + "': write both the same");
        }
        if (!event.getModelFingerprint().equals(tagger.model().fingerprint())) {
            return rejections.reject(
                    position,
                    key,
                    null,
                    RejectionReason.MODEL_MISMATCH,
                    "A vector of the model " + tagger.model().id() + " ("
                            + tagger.model().fingerprint()
                            + ") was expected, found one of " + event.getModelId() + " (" + event.getModelFingerprint()
                            + "): embed the medium again, or tag with its model");
        }
        return tagged(event, key, position, tagger);
    }

    private StageResult<MediaTagged> tagged(MediaEmbedded event, byte[] key, Position position, ZeroShotTagger tagger) {
        int dimension = tagger.model().dimension();
        if (event.getDimension() != dimension || event.getVector().remaining() != Float.BYTES * dimension) {
            return badVector(
                    position,
                    key,
                    "A vector of dimension " + dimension + " in " + Float.BYTES * dimension
                            + " bytes was expected, found dimension " + event.getDimension() + " in "
                            + event.getVector().remaining() + " bytes: embed the medium again");
        }
        Embedding vector;
        try {
            vector = Embedding.fromLittleEndian(event.getVector());
        } catch (IllegalArgumentException e) {
            return badVector(position, key, e.getMessage() + ": embed the medium again");
        }
        return new StageResult.Output<>(tagged(event, vector, tagger));
    }

    private MediaTagged tagged(MediaEmbedded event, Embedding vector, ZeroShotTagger tagger) {
        LabelSet labels = tagger.labelSet();
        return MediaTagged.newBuilder()
                .setMediaId(event.getMediaId())
                .setTags(tagger.tag(vector).stream().map(TaggingProcessor::tag).toList())
                .setLabelSet(labels.name())
                .setLabelSetVersion(labels.version())
                .setMode(
                        switch (labels.mode()) {
                            case EXCLUSIVE -> TaggingMode.EXCLUSIVE;
                            case MULTI -> TaggingMode.MULTI;
                        })
                .setThreshold(labels.threshold())
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

    private static Tag tag(ScoredLabel scored) {
        return new Tag(scored.labelId(), scored.displayName(), scored.probability(), scored.cosine());
    }

    private StageResult<MediaTagged> badVector(Position position, byte[] key, String message) {
        return rejections.reject(position, key, null, RejectionReason.BAD_VECTOR, message);
    }
}
