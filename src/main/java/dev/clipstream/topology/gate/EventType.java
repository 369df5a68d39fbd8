package dev.clipstream.topology.gate;

import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaEmbedded;
import dev.clipstream.event.MediaTagged;
import dev.clipstream.event.MediaUploaded;
import dev.clipstream.event.RejectedEvent;
import dev.clipstream.topology.Position;
import java.nio.ByteBuffer;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/// The fields that the gate needs of one topic's events.
///
/// @param <T> the topic's events
sealed interface EventType<T extends SpecificRecordBase> {

    /// Reads the events.
    AvroSerde<T> serde();

    /// Returns the media id.
    String mediaId(T event);

    /// Returns the size of key and headers plus that of the fields that the event's outputs carry.
    ///
    /// @param position of the event's record
    CarriedSize carried(CarriedSize keyAndHeaders, T event, Position position);

    /// Returns the part of the event that its rejection holds. The default is null: a consumer finds the event in the
    /// source topic.
    default @Nullable RejectedEvent summary(T event) {
        return null;
    }

    /// `media.uploaded` and `media.backfill`.
    ///
    /// @param modelId the model whose name the vector's event adds
    record Uploads(AvroSerde<MediaUploaded> serde, String modelId) implements EventType<MediaUploaded> {
        @Override
        public String mediaId(MediaUploaded event) {
            return event.getMediaId();
        }

        /// Counts what the vector's event adds, too, so that the stages behind never find it too large.
        @Override
        public CarriedSize carried(CarriedSize keyAndHeaders, MediaUploaded event, Position position) {
            return keyAndHeaders.plus(
                    event.getAttributes(),
                    event.getUri(),
                    event.getContentType(),
                    modelId,
                    position.partition().topic());
        }

        @Override
        public RejectedEvent summary(MediaUploaded event) {
            ByteBuffer content = event.getContent();
            return RejectedEvent.newBuilder()
                    .setUri(event.getUri())
                    .setContentLength(content == null ? null : (long) content.remaining())
                    .setContentType(event.getContentType())
                    .setUploadedAt(event.getUploadedAt())
                    .setAttributes(event.getAttributes())
                    .build();
        }
    }

    /// `media.embedded`.
    record Vectors(AvroSerde<MediaEmbedded> serde) implements EventType<MediaEmbedded> {
        @Override
        public String mediaId(MediaEmbedded event) {
            return event.getMediaId();
        }

        @Override
        public CarriedSize carried(CarriedSize keyAndHeaders, MediaEmbedded event, Position position) {
            return keyAndHeaders.plus(
                    event.getAttributes(), event.getUri(), event.getModelId(), event.getSourceTopic());
        }
    }

    /// `media.tagged`.
    record Tags(AvroSerde<MediaTagged> serde) implements EventType<MediaTagged> {
        @Override
        public String mediaId(MediaTagged event) {
            return event.getMediaId();
        }

        @Override
        public CarriedSize carried(CarriedSize keyAndHeaders, MediaTagged event, Position position) {
            return keyAndHeaders.plus(
                    event.getAttributes(), event.getUri(), event.getModelId(), event.getSourceTopic());
        }
    }
}
