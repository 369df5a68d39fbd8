package dev.clipstream.topology;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaEmbedded;
import dev.clipstream.event.MediaUploaded;
import dev.clipstream.event.NotAvroException;
import dev.clipstream.event.RejectedEvent;
import dev.clipstream.event.RejectionReason;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/// Upload records to vectors: reads the event, refuses what is none, has the rest embedded.
///
/// Called by every stream thread; holds nothing but what it was made of.
final class EmbeddingWork implements AsyncWork<byte @Nullable [], byte @Nullable [], StageResult<MediaEmbedded>> {
    private final AvroSerde<MediaUploaded> events = AvroSerde.uploaded();
    private final MediaPipeline pipeline;
    private final ModelIdentity model;
    private final Rejections rejections;
    private final Clock clock;

    /// @param model of the pipeline's vectors
    EmbeddingWork(MediaPipeline pipeline, ModelIdentity model, Rejections rejections, Clock clock) {
        this.pipeline = pipeline;
        this.model = model;
        this.rejections = rejections;
        this.clock = clock;
    }

    @Override
    public Pending<StageResult<MediaEmbedded>> begin(
            Record<byte @Nullable [], byte @Nullable []> record, Position position) {
        byte[] key = record.key();
        Carried carried = Carried.of(key, record.headers());
        if (carried.isTooMuch()) {
            return refuseTooLarge(position, key, carried);
        }
        if (key == null) {
            return refuse(
                    position,
                    null,
                    null,
                    RejectionReason.NO_KEY,
                    "A record keyed by its media id was expected, found no key: write the media id as the key");
        }
        if (record.value() == null) {
            return Pending.done(StageResult.Deleted::new);
        }
        MediaUploaded event;
        try {
            event = events.read(record.value());
        } catch (NotAvroException e) {
            return refuse(position, key, null, RejectionReason.NOT_AVRO, String.valueOf(e.getMessage()));
        }
        carried = carried.and(
                event.getAttributes(),
                event.getUri(),
                event.getContentType(),
                model.id(),
                position.partition().topic());
        if (carried.isTooMuch()) {
            return refuseTooLarge(position, key, carried);
        }
        RejectedEvent told = Rejections.told(event);
        if (event.getMediaId().isEmpty() || !Arrays.equals(event.getMediaId().getBytes(StandardCharsets.UTF_8), key)) {
            return refuse(
                    position,
                    key,
                    told,
                    RejectionReason.KEY_MISMATCH,
                    "The media id as the record's key was expected, found the media id '" + event.getMediaId()
                            + "' under the key '" + Rejections.text(key) + "': write both the same, not empty");
        }
        if ((event.getUri() == null) == (event.getContent() == null)) {
            return refuse(
                    position,
                    key,
                    told,
                    RejectionReason.NO_CONTENT,
                    "Exactly one of uri and content was expected, found "
                            + (event.getUri() == null ? "neither" : "both") + ": write one");
        }
        return embed(event, told, key, position);
    }

    private Pending<StageResult<MediaEmbedded>> embed(
            MediaUploaded event, RejectedEvent told, byte[] key, Position position) {
        String mediaId = event.getMediaId();
        CompletableFuture<Void> atHand = new CompletableFuture<>();
        CompletableFuture<Outcome> work = pipeline.submit(event, () -> atHand.complete(null));
        CompletableFuture<Supplier<StageResult<MediaEmbedded>>> result = work.thenApply(outcome -> {
            Instant now = clock.instant();
            return () -> switch (outcome) {
                case Outcome.Embedded embedded ->
                    new StageResult.Output<>(embedded(told, mediaId, embedded, position, now));
                case Outcome.Rejected rejected ->
                    rejections.reject(position, key, told, rejected.reason(), rejected.message());
            };
        });
        // given up by the stage, or found stuck: nobody waits for the work any more
        var _ = result.whenComplete((done, thrown) -> work.cancel(true));
        return new Pending<>(result, waited -> stuck(waited, told, key, position), atHand);
    }

    private StageResult<MediaEmbedded> stuck(Duration waited, RejectedEvent told, byte[] key, Position position) {
        return rejections.reject(
                position,
                key,
                told,
                RejectionReason.STUCK,
                "An outcome was expected within the head time-out, found none after " + waited.toSeconds()
                        + " s while others came back: look at this picture");
    }

    private MediaEmbedded embedded(
            RejectedEvent told, String mediaId, Outcome.Embedded outcome, Position position, Instant embeddedAt) {
        return MediaEmbedded.newBuilder()
                .setMediaId(mediaId)
                .setVector(outcome.embedding().toLittleEndian())
                .setDimension(outcome.embedding().dimension())
                .setModelId(model.id())
                .setModelFingerprint(model.fingerprint())
                .setImageWidth(outcome.width())
                .setImageHeight(outcome.height())
                .setUri(told.getUri())
                .setContentType(told.getContentType())
                .setAttributes(told.getAttributes())
                .setSourceTopic(position.partition().topic())
                .setSourcePartition(position.partition().partition())
                .setSourceOffset(position.offset())
                .setUploadedAt(told.getUploadedAt())
                .setEmbeddedAt(embeddedAt)
                .build();
    }

    private Pending<StageResult<MediaEmbedded>> refuseTooLarge(
            Position position, byte @Nullable [] key, Carried carried) {
        return Pending.done(() -> rejections.rejectTooLarge(position, key, carried));
    }

    private Pending<StageResult<MediaEmbedded>> refuse(
            Position position,
            byte @Nullable [] key,
            @Nullable RejectedEvent told,
            RejectionReason reason,
            String message) {
        return Pending.done(() -> rejections.reject(position, key, told, reason, message));
    }
}
