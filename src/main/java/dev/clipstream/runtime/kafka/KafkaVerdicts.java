package dev.clipstream.runtime.kafka;

import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaFeedback;
import dev.clipstream.search.MediaVerdicts;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import org.apache.kafka.clients.producer.RecordMetadata;

/// Writes people's verdicts to the topic of feedback. Each is acknowledged by all in-sync replicas.
///
/// Safe for use by many threads.
public final class KafkaVerdicts implements MediaVerdicts, AutoCloseable {
    private final AcknowledgedWrites<MediaFeedback> writes;
    private final Clock clock;

    public KafkaVerdicts(KafkaProperties kafka, String topic, Clock clock) {
        this.writes = new AcknowledgedWrites<>(
                kafka, "feedback", topic, AvroSerde.feedback(), 0, "raise max.message.bytes of the topic");
        this.clock = clock;
    }

    @Override
    public Accepted give(Verdict verdict) {
        RecordMetadata there = writes.send(
                verdict.mediaId(),
                MediaFeedback.newBuilder()
                        .setMediaId(verdict.mediaId())
                        .setLabelSet(verdict.labelSet())
                        .setLabelId(verdict.labelId())
                        .setVerdict(
                                verdict.right()
                                        ? dev.clipstream.event.Verdict.RIGHT
                                        : dev.clipstream.event.Verdict.WRONG)
                        .setBy(verdict.by())
                        .setLabelSetVersion(verdict.labelSetVersion())
                        .setGivenAt(clock.instant().truncatedTo(ChronoUnit.MICROS))
                        .build());
        return new Accepted(verdict.mediaId(), there.topic(), there.partition(), there.offset());
    }

    @Override
    public void close() {
        writes.close();
    }
}
