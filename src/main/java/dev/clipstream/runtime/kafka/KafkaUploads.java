package dev.clipstream.runtime.kafka;

import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaUploaded;
import dev.clipstream.search.http.MediaUploads;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/// Writes uploads and deletions to the topic of uploads. Each is acknowledged by all in-sync replicas.
///
/// Safe for use by many threads.
public final class KafkaUploads implements MediaUploads, AutoCloseable {
    private final AcknowledgedWrites<MediaUploaded> writes;
    private final Clock clock;

    /// @param maxBytes maximum size of an image in bytes
    public KafkaUploads(KafkaProperties kafka, String topic, int maxBytes, Clock clock) {
        this.writes = new AcknowledgedWrites<>(
                kafka,
                "uploads",
                topic,
                AvroSerde.uploaded(),
                maxBytes,
                "upload by URI, or raise max.message.bytes of the topic");
        this.clock = clock;
    }

    @Override
    public Accepted upload(Upload upload) {
        return send(
                upload.mediaId(),
                MediaUploaded.newBuilder()
                        .setMediaId(upload.mediaId())
                        .setUri(upload.uri())
                        .setContent(upload.content())
                        .setContentType(upload.contentType())
                        .setUploadedAt(clock.instant().truncatedTo(ChronoUnit.MICROS))
                        .setAttributes(upload.attributes())
                        .build());
    }

    @Override
    public Accepted delete(String mediaId) {
        return send(mediaId, null);
    }

    private Accepted send(String mediaId, @Nullable MediaUploaded event) {
        RecordMetadata there = writes.send(mediaId, event);
        return new Accepted(mediaId, there.topic(), there.partition(), there.offset());
    }

    @Override
    public void close() {
        writes.close();
    }
}
