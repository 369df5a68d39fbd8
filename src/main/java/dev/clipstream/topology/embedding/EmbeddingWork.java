package dev.clipstream.topology.embedding;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.clip.batch.Urgency;
import dev.clipstream.event.MediaEmbedded;
import dev.clipstream.event.MediaUploaded;
import dev.clipstream.event.RejectionReason;
import dev.clipstream.event.Topics;
import dev.clipstream.event.UploadPosition;
import dev.clipstream.topology.Position;
import dev.clipstream.topology.StageResult;
import dev.clipstream.topology.async.AsyncWork;
import dev.clipstream.topology.gate.EventRegions;
import dev.clipstream.topology.gate.GateResult;
import dev.clipstream.topology.gate.Outputs;
import dev.clipstream.topology.gate.RecordGate;
import dev.clipstream.topology.gate.Rejection;
import dev.clipstream.topology.gate.Rejections;
import dev.clipstream.topology.gate.SourceRecord;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/// The work on an upload record: passes it through the gate and has its image embedded.
///
/// Called by every stream thread; stateless.
final class EmbeddingWork implements AsyncWork<byte @Nullable [], byte @Nullable [], StageResult<byte[]>> {
    private final Topics topics;
    private final RecordGate<MediaUploaded> gate;
    private final UploadLogs logs;
    private final MediaPipeline pipeline;
    private final ModelIdentity model;
    private final UploadTimes times;
    private final Rejections rejections;
    private final Outputs<MediaEmbedded> outputs;
    private final Clock clock;

    /// @param topics the inputs; media of back-fills are not urgent
    /// @param model of the pipeline's vectors
    EmbeddingWork(
            Topics topics,
            RecordGate<MediaUploaded> gate,
            UploadLogs logs,
            MediaPipeline pipeline,
            ModelIdentity model,
            UploadTimes times,
            Rejections rejections,
            Outputs<MediaEmbedded> outputs,
            Clock clock) {
        this.topics = topics;
        this.gate = gate;
        this.logs = logs;
        this.pipeline = pipeline;
        this.model = model;
        this.times = times;
        this.rejections = rejections;
        this.outputs = outputs;
        this.clock = clock;
    }

    @Override
    public Pending<StageResult<byte[]>> begin(Record<byte @Nullable [], byte @Nullable []> record, Position position) {
        String log = logs.of(position); // fails if no broker answers, which is not the record's fault
        try {
            return check(record, position, log);
        } catch (RuntimeException e) {
            return reject(RecordGate.failed(record.key(), position, e));
        }
    }

    private Pending<StageResult<byte[]>> check(
            Record<byte @Nullable [], byte @Nullable []> record, Position position, String log) {
        return switch (gate.check(record.key(), record.value(), record.headers(), position)) {
            case GateResult.Accepted<MediaUploaded>(MediaUploaded event, SourceRecord source) ->
                begin(event, source, record.headers(), upload(record, position, log));
            case GateResult.Deleted<MediaUploaded>(String _, SourceRecord source) -> {
                UploadPosition upload = upload(record, position, log);
                yield Pending.done(() -> outputs.tombstone(source, record.headers(), upload));
            }
            case GateResult.Rejected<MediaUploaded>(Rejection rejection) -> reject(rejection);
        };
    }

    private static UploadPosition upload(
            Record<byte @Nullable [], byte @Nullable []> record, Position position, String log) {
        return new UploadPosition(log, position.offset(), Instant.ofEpochMilli(record.timestamp()));
    }

    private Pending<StageResult<byte[]>> begin(
            MediaUploaded event, SourceRecord source, Headers headers, UploadPosition upload) {
        if ((event.getUri() == null) == (event.getContent() == null)) {
            return reject(source.rejection(
                    RejectionReason.NO_CONTENT,
                    "Expected exactly one of uri and content, found " + (event.getUri() == null ? "neither" : "both")
                            + ". Write one of them."));
        }
        times.check(event, source.position());
        return embed(event, source, headers, upload);
    }

    private Pending<StageResult<byte[]>> embed(
            MediaUploaded event, SourceRecord source, Headers headers, UploadPosition upload) {
        // holds the event's fields, but not its content, while the work is in flight
        MediaEmbedded.Builder output = output(event, source.position());
        Steps steps = new Steps();
        Urgency urgency =
                topics.yielding().contains(source.position().partition().topic()) ? Urgency.BACKFILL : Urgency.LIVE;
        CompletableFuture<Outcome> work = pipeline.submit(event, urgency, steps);
        CompletableFuture<Supplier<StageResult<byte[]>>> result = work.thenApply(outcome -> {
            Instant now = clock.instant();
            return () -> switch (outcome) {
                case Outcome.Embedded embedded -> outputs.of(complete(output, embedded, now), source, headers, upload);
                case Outcome.Rejected rejected ->
                    rejections.reject(source.rejection(rejected.reason(), rejected.message()));
            };
        });
        // cancelled or completed as stuck by the stage: the work has no purpose any more
        var _ = result.whenComplete((done, thrown) -> work.cancel(true));
        return new Pending<>(result, waited -> rejections.reject(stuck(source, waited)), steps.arrived, steps.inTurn);
    }

    private static final class Steps implements MediaPipeline.Progress {
        private final CompletableFuture<@Nullable Void> arrived = new CompletableFuture<>();
        private final CompletableFuture<@Nullable Void> inTurn = new CompletableFuture<>();

        @Override
        public void arrived() {
            arrived.complete(null);
        }

        @Override
        public void inTurn() {
            inTurn.complete(null);
        }
    }

    private static Rejection stuck(SourceRecord source, Duration waited) {
        return source.rejection(
                RejectionReason.STUCK,
                "Expected an outcome within the head timeout, found none after " + waited.toSeconds()
                        + " s while other records completed. Check this image.");
    }

    private MediaEmbedded.Builder output(MediaUploaded event, Position position) {
        return MediaEmbedded.newBuilder()
                .setMediaId(event.getMediaId())
                .setModelId(model.id())
                .setModelFingerprint(model.fingerprint())
                .setUri(event.getUri())
                .setContentType(event.getContentType())
                .setAttributes(event.getAttributes())
                .setSourceTopic(position.partition().topic())
                .setSourcePartition(position.partition().partition())
                .setSourceOffset(position.offset())
                .setUploadedAt(event.getUploadedAt());
    }

    private static MediaEmbedded complete(MediaEmbedded.Builder output, Outcome.Embedded outcome, Instant embeddedAt) {
        return output.setVector(outcome.embedding().toLittleEndian())
                .setDimension(outcome.embedding().dimension())
                .setImageWidth(outcome.width())
                .setImageHeight(outcome.height())
                .setOcclusion(outcome.parts()
                        .map(parts -> EventRegions.record(parts.vectors(), parts.view()))
                        .orElse(null))
                .setEmbeddedAt(embeddedAt)
                .build();
    }

    private Pending<StageResult<byte[]>> reject(Rejection rejection) {
        return Pending.done(() -> rejections.reject(rejection));
    }
}
