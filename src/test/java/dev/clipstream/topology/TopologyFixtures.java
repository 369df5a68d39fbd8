package dev.clipstream.topology;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.clip.Scoring;
import dev.clipstream.event.MediaEmbedded;
import dev.clipstream.event.MediaUploaded;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelSet;
import dev.clipstream.tag.ZeroShotTagger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;

/// Fixtures of the topologies' tests.
public final class TopologyFixtures {
    public static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123456Z");
    public static final Instant UPLOADED = Instant.parse("2026-03-01T11:59:58.654321Z");
    public static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    public static final ModelIdentity MODEL = new ModelIdentity("three-axes", "ab".repeat(32), 3);

    private TopologyFixtures() {}

    /// Returns a tagger with three labels, one for each axis: the greatest value of an image's vector decides.
    ///
    /// @param version of the label set
    public static ZeroShotTagger tagger(String version) {
        Map<String, float[]> axes = Map.of(
                "cat", new float[] {1, 0, 0},
                "dog", new float[] {0, 1, 0},
                "tree", new float[] {0, 0, 1});
        LabelSet labels = new LabelSet(
                "axes",
                version,
                "de",
                "en",
                LabelSet.Mode.EXCLUSIVE,
                2,
                0.1,
                List.of(),
                List.of(),
                List.of(
                        Label.of("cat", Map.of("en", "cat", "de", "Katze")),
                        Label.of("dog", Map.of("en", "dog", "de", "Hund")),
                        Label.of("tree", Map.of("en", "tree", "de", "Baum"))));
        return ZeroShotTagger.create(
                labels,
                texts -> texts.stream()
                        .map(text -> Embedding.normalize(axes.getOrDefault(text, new float[] {1, 1, 1})))
                        .toList(),
                new Scoring(Scoring.Kind.SOFTMAX, 10, 0),
                MODEL);
    }

    public static MediaUploaded.Builder upload(String mediaId) {
        return MediaUploaded.newBuilder()
                .setMediaId(mediaId)
                .setContentType("image/jpeg")
                .setUploadedAt(UPLOADED)
                .setAttributes(Map.of("album", "summer"));
    }

    public static MediaUploaded inline(String mediaId) {
        return upload(mediaId)
                .setContent(ByteBuffer.wrap(bytes("image of " + mediaId)))
                .build();
    }

    /// @param values of the vector, one for each dimension of [#MODEL]
    public static MediaEmbedded.Builder vector(String mediaId, float... values) {
        return MediaEmbedded.newBuilder()
                .setMediaId(mediaId)
                .setVector(Embedding.normalize(values).toLittleEndian())
                .setDimension(MODEL.dimension())
                .setModelId(MODEL.id())
                .setModelFingerprint(MODEL.fingerprint())
                .setImageWidth(640)
                .setImageHeight(480)
                .setUri("https://example.org/m.jpg")
                .setContentType("image/jpeg")
                .setAttributes(Map.of("album", "summer"))
                .setSourceTopic("media.uploaded")
                .setSourcePartition(3)
                .setSourceOffset(42)
                .setUploadedAt(UPLOADED)
                .setEmbeddedAt(UPLOADED);
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public static TopologyTestDriver driver(Topology topology) {
        Properties settings = new Properties();
        settings.putAll(Map.of(
                StreamsConfig.APPLICATION_ID_CONFIG,
                "test",
                StreamsConfig.BOOTSTRAP_SERVERS_CONFIG,
                "localhost:9092",
                StreamsConfig.STATE_DIR_CONFIG,
                "target/kafka-streams/" + UUID.randomUUID(),
                StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG,
                true));
        return new TopologyTestDriver(topology, settings);
    }

    public static TestInputTopic<byte[], byte[]> input(TopologyTestDriver driver, String topic) {
        return driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer());
    }

    public static <T> TestOutputTopic<byte[], T> output(
            TopologyTestDriver driver, String topic, Deserializer<T> values) {
        return driver.createOutputTopic(topic, new ByteArrayDeserializer(), values);
    }
}
