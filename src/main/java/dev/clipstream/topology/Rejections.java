package dev.clipstream.topology;

import dev.clipstream.event.MediaRejected;
import dev.clipstream.event.MediaUploaded;
import dev.clipstream.event.RejectedEvent;
import dev.clipstream.event.RejectionReason;
import dev.clipstream.event.Stage;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes rejections, and counts them. Safe for use by many threads.
///
/// A rejection is never too large for its topic: its message is cut, a key above [Carried#MOST_KEY_BYTES] is told by
/// its beginning, and of an event that is too large nothing is told.
final class Rejections {
    /// Most characters of a message; messages quote what they found.
    private static final int MOST_MESSAGE = 4096;

    private static final int KEY_BEGINNING = 64;

    private final Clock clock;
    private final StageMetrics metrics;

    /// @param stages where records are rejected
    Rejections(Clock clock, StageMetrics metrics, Set<Stage> stages) {
        this.clock = clock;
        this.metrics = metrics;
        metrics.countRejections(stages);
    }

    /// @param key     of the rejected record; null: it has none. One that is too large is not told
    /// @param event   what is told of it, see [#told]; null: it could not be read, or is no upload event
    /// @param message what was expected, what was found, what to do
    <T> StageResult<T> reject(
            Position position,
            byte @Nullable [] key,
            @Nullable RejectedEvent event,
            RejectionReason reason,
            String message) {
        metrics.rejections(reason).increment();
        return new StageResult.Rejected<>(MediaRejected.newBuilder()
                .setMediaId(key == null || key.length > Carried.MOST_KEY_BYTES ? null : text(key))
                .setStage(reason.stage())
                .setReasonCode(reason.code())
                .setMessage(cut(message))
                .setRetryable(reason.retryable())
                .setSourceTopic(position.partition().topic())
                .setSourcePartition(position.partition().partition())
                .setSourceOffset(position.offset())
                .setEvent(event)
                .setRejectedAt(clock.instant())
                .build());
    }

    /// Rejects a record whose output could be too large. Nothing of its event is told, for the same reason.
    <T> StageResult<T> rejectTooLarge(Position position, byte @Nullable [] key, Carried carried) {
        String beginning = key == null || key.length <= Carried.MOST_KEY_BYTES
                ? ""
                : " (it begins with '" + new String(key, 0, KEY_BEGINNING, StandardCharsets.UTF_8) + "')";
        return reject(
                position,
                key,
                null,
                RejectionReason.EVENT_TOO_LARGE,
                "A key of at most " + Carried.MOST_KEY_BYTES + " bytes, and at most " + Carried.MOST_BYTES
                        + " bytes of key, headers, uri, content type and attributes in all were expected, found a key of "
                        + carried.key() + " bytes" + beginning + " and " + carried.others()
                        + " bytes of others: they travel with every output, so keep large ones elsewhere and carry"
                        + " where they are");
    }

    private static String cut(String message) {
        if (message.length() <= MOST_MESSAGE) {
            return message;
        }
        int end = Character.isHighSurrogate(message.charAt(MOST_MESSAGE - 2)) ? MOST_MESSAGE - 2 : MOST_MESSAGE - 1;
        return message.substring(0, end) + "…";
    }

    /// An upload event without its bytes.
    static RejectedEvent told(MediaUploaded event) {
        ByteBuffer content = event.getContent();
        return RejectedEvent.newBuilder()
                .setUri(event.getUri())
                .setContentLength(content == null ? null : (long) content.remaining())
                .setContentType(event.getContentType())
                .setUploadedAt(event.getUploadedAt())
                .setAttributes(event.getAttributes())
                .build();
    }

    /// A key as text; null: there is none, or it is not UTF-8.
    static @Nullable String text(byte @Nullable [] key) {
        if (key == null) {
            return null;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(key))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
