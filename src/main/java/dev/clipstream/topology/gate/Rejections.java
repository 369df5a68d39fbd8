package dev.clipstream.topology.gate;

import dev.clipstream.event.MediaRejected;
import dev.clipstream.event.Stage;
import dev.clipstream.topology.Position;
import dev.clipstream.topology.StageMetrics;
import dev.clipstream.topology.StageResult;
import java.time.Clock;
import java.util.Set;

/// Makes the events of `media.rejected` and counts them. Safe for use by many threads.
///
/// An event is never too large for its topic: its message is cut, and it has no media id if the key exceeds
/// [RecordGate#MAX_KEY_BYTES].
public final class Rejections {
    /// Maximum characters of a message, since messages quote what they found.
    private static final int MAX_MESSAGE = 4096;

    private final Clock clock;
    private final StageMetrics metrics;

    /// @param clock  dates the rejections
    /// @param stages the stages in which the topology rejects records; their counters start at 0
    public Rejections(Clock clock, StageMetrics metrics, Set<Stage> stages) {
        this.clock = clock;
        this.metrics = metrics;
        metrics.countRejections(stages);
    }

    /// Counts a rejection and returns its event. Called when the stage forwards it, once for each record.
    ///
    /// @param <T> the topology's output
    public <T> StageResult<T> reject(Rejection rejection) {
        metrics.rejections(rejection.reason()).increment();
        SourceRecord source = rejection.source();
        Position position = source.position();
        byte[] key = source.key();
        return new StageResult.Rejected<>(MediaRejected.newBuilder()
                .setMediaId(key == null || key.length > RecordGate.MAX_KEY_BYTES ? null : source.keyText())
                .setStage(rejection.reason().stage())
                .setReasonCode(rejection.reason().code())
                .setMessage(cut(rejection.message(), MAX_MESSAGE))
                .setRetryable(rejection.reason().retryable())
                .setSourceTopic(position.partition().topic())
                .setSourcePartition(position.partition().partition())
                .setSourceOffset(position.offset())
                .setEvent(source.event())
                .setRejectedAt(clock.instant())
                .build());
    }

    /// Returns a message of at most the given number of characters, at least 2.
    static String cut(String message, int most) {
        if (message.length() <= most) {
            return message;
        }
        int end = Character.isHighSurrogate(message.charAt(most - 2)) ? most - 2 : most - 1;
        return message.substring(0, end) + "…";
    }
}
