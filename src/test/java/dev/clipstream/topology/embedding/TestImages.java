package dev.clipstream.topology.embedding;

import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaUploaded;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Small real JPEGs for `media.uploaded`.
final class TestImages {
    private static final AvroSerde<MediaUploaded> EVENTS = AvroSerde.uploaded();

    private TestImages() {}

    static byte[] jpeg(Color colour) {
        BufferedImage image = new BufferedImage(48, 48, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(colour);
        graphics.fillRect(0, 0, 48, 48);
        graphics.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "jpeg", bytes);
        } catch (IOException e) {
            throw new IllegalStateException("Expected to write a JPEG in memory", e);
        }
        return bytes.toByteArray();
    }

    static String key(int index) {
        return "image-" + index;
    }

    /// Uploads images; the keys are their indices.
    static void upload(String bootstrapServers, String topic, int from, List<byte[]> images)
            throws ExecutionException, InterruptedException {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            records.add(record(topic, event(key(from + i), images.get(i)).build()));
        }
        send(bootstrapServers, records);
    }

    static MediaUploaded.Builder event(String mediaId, byte[] image) {
        return MediaUploaded.newBuilder()
                .setMediaId(mediaId)
                .setContent(ByteBuffer.wrap(image))
                .setUploadedAt(Instant.EPOCH);
    }

    static ProducerRecord<byte[], byte[]> record(String topic, MediaUploaded event) {
        return new ProducerRecord<>(
                topic, event.getMediaId().getBytes(StandardCharsets.UTF_8), EVENTS.serialize(topic, event));
    }

    /// Sends records in this order; they may be larger than our own outputs.
    static void send(String bootstrapServers, List<ProducerRecord<byte[], byte[]>> records)
            throws ExecutionException, InterruptedException {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "linger.ms", 5, "max.request.size", 8 << 20),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            records.forEach(record -> sent.add(producer.send(record)));
            for (Future<RecordMetadata> record : sent) {
                record.get();
            }
        }
    }
}
