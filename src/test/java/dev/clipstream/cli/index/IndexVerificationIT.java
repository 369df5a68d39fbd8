package dev.clipstream.cli.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.cli.Ran;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaEmbedded;
import dev.clipstream.index.MediaDetails;
import dev.clipstream.index.MediaIndexes;
import dev.clipstream.index.MediaWrite;
import dev.clipstream.index.Version;
import dev.clipstream.index.lucene.LuceneIndexFactory;
import dev.clipstream.runtime.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// `index verify` on a real broker and an index in a folder.
class IndexVerificationIT {
    private static final ModelIdentity MODEL = new ModelIdentity("tiny", "b".repeat(64), 3);
    private static final Embedding VECTOR = Embedding.normalize(new float[] {1, 0, 0});

    private static EmbeddedBroker broker;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.temporary();
        broker.createTopics(List.of(
                new NewTopic("media.embedded", 2, (short) 1).configs(Map.of("cleanup.policy", "compact")),
                new NewTopic("expiring", 2, (short) 1).configs(Map.of("cleanup.policy", "compact,delete")),
                new NewTopic("media.tagged", 2, (short) 1)));
        try (KafkaProducer<String, byte @Nullable []> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer())) {
            for (String topic : List.of("media.embedded", "expiring")) {
                for (int i = 0; i < 3; i++) {
                    var _ = producer.send(new ProducerRecord<>(topic, "m" + i, event("m" + i)));
                }
                var _ = producer.send(new ProducerRecord<>(topic, "deleted", event("deleted")));
                var _ = producer.send(new ProducerRecord<>(topic, "deleted", null));
            }
        }
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    private static byte[] event(String mediaId) {
        return AvroSerde.embedded()
                .write(MediaEmbedded.newBuilder()
                        .setMediaId(mediaId)
                        .setVector(VECTOR.toLittleEndian())
                        .setDimension(3)
                        .setModelId(MODEL.id())
                        .setModelFingerprint(MODEL.fingerprint())
                        .setImageWidth(1)
                        .setImageHeight(1)
                        .setSourceTopic("media.uploaded")
                        .setSourcePartition(0)
                        .setSourceOffset(1)
                        .setUploadedAt(Instant.EPOCH)
                        .setEmbeddedAt(Instant.EPOCH)
                        .build());
    }

    /// The index has two media of the topics, one whose tombstone the topics have, and many without one.
    @BeforeEach
    void fill() {
        List<String> ids = new ArrayList<>(List.of("m0", "m1", "m2", "deleted"));
        for (int i = 0; i < 600; i++) {
            ids.add("compacted-" + i);
        }
        List<MediaWrite> writes = new ArrayList<>();
        for (String id : ids) {
            writes.add(new MediaWrite.PutVector(
                    id,
                    new Version("media.embedded-0", 7, Instant.ofEpochSecond(1), new Version.Upload("uploads-0", 7)),
                    "u7",
                    VECTOR,
                    new MediaDetails(null, null, 1, 1, Instant.EPOCH, Map.of())));
        }
        try (MediaIndexes store =
                LuceneIndexFactory.at(folder, Clock.systemUTC()).open()) {
            store.open(MODEL).write(writes);
        }
    }

    @Test
    void deletedMediaInTheIndexAreNamedAndRepaired() {
        // when
        Ran found = verify();

        // then
        assertThat(found.exitCode()).isEqualTo(1);
        assertThat(json(found).path("complete").asBoolean()).isFalse();
        assertThat(json(found).path("missing").asInt()).isZero();
        assertThat(json(found).path("onlyInIndex").asInt()).isEqualTo(601);
        assertThat(json(found).path("onlyInIndexMedia").get(0).asString()).isEqualTo("compacted-0");

        // when
        Ran repaired = verify("--repair");

        // then
        assertThat(repaired.exitCode()).as(repaired.toString()).isZero();
        assertThat(json(repaired).path("repaired").asInt()).isEqualTo(601);
        assertThat(json(repaired).path("complete").asBoolean()).isTrue();
        assertThat(verify().exitCode()).isZero();
    }

    @Test
    void whatATopicMayHaveExpiredIsNotRemoved() {
        // when
        Ran repaired = verify("--repair", "--embedded-topic", "expiring");

        // then
        assertThat(repaired.exitCode()).isEqualTo(1);
        assertThat(json(repaired).path("repaired").asInt()).isEqualTo(1);
        assertThat(json(repaired).path("onlyInIndex").asInt()).isEqualTo(600);
    }

    private Ran verify(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "index", "verify", "--index", folder.toString(), "--bootstrap-servers", broker.bootstrapServers()));
        arguments.addAll(Arrays.asList(more));
        return Ran.of(arguments.toArray(String[]::new));
    }

    private static JsonNode json(Ran ran) {
        return ran.json().getFirst();
    }
}
