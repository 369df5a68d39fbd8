package dev.clipstream.topology;

import static dev.clipstream.topology.TopologyFixtures.CLOCK;
import static dev.clipstream.topology.TopologyFixtures.MODEL;
import static dev.clipstream.topology.TopologyFixtures.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaRejected;
import dev.clipstream.event.MediaTagged;
import dev.clipstream.event.Stage;
import dev.clipstream.event.TaggingMode;
import dev.clipstream.event.Topics;
import dev.clipstream.index.MediaWrite;
import dev.clipstream.index.WriteOutcome;
import dev.clipstream.tag.LiveTagger;
import dev.clipstream.tag.TaggerSnapshot;
import dev.clipstream.topology.async.StageLimits;
import dev.clipstream.topology.embedding.EmbeddingTopology;
import dev.clipstream.topology.embedding.Outcome;
import dev.clipstream.topology.embedding.UploadLogs;
import dev.clipstream.topology.gate.RecordGate;
import dev.clipstream.topology.indexing.IndexingTopology;
import dev.clipstream.topology.indexing.MediaIndexing;
import dev.clipstream.topology.tagging.TaggingTopology;
import dev.clipstream.topology.topic.TopicRules;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every stage gives every record the same outcome.
class GateOfAllStagesTest {
    /// A stage, and the source topic that it reads.
    enum Reader {
        EMBEDDING(Topics.DEFAULT.uploaded()),
        TAGGING(Topics.DEFAULT.embedded()),
        INDEXING_VECTORS(Topics.DEFAULT.embedded()),
        INDEXING_TAGS(Topics.DEFAULT.tagged());

        private final String topic;

        Reader(String topic) {
            this.topic = topic;
        }

        /// Returns a sound value of the topic.
        byte[] event(String mediaId, Map<String, String> attributes) {
            return switch (this) {
                case EMBEDDING ->
                    write(
                            AvroSerde.uploaded(),
                            TopologyFixtures.upload(mediaId)
                                    .setUri("https://example.org/m.jpg")
                                    .setAttributes(attributes)
                                    .build());
                case TAGGING, INDEXING_VECTORS ->
                    write(
                            AvroSerde.embedded(),
                            TopologyFixtures.vector(mediaId, 1, 0, 0)
                                    .setAttributes(attributes)
                                    .build());
                case INDEXING_TAGS -> write(AvroSerde.tagged(), tags(mediaId, attributes));
            };
        }

        private static <T extends SpecificRecordBase> byte[] write(AvroSerde<T> serde, T event) {
            return serde.write(event);
        }

        private static MediaTagged tags(String mediaId, Map<String, String> attributes) {
            return MediaTagged.newBuilder()
                    .setMediaId(mediaId)
                    .setTags(List.of())
                    .setLabelSet("axes")
                    .setLabelSetVersion("7")
                    .setMode(TaggingMode.EXCLUSIVE)
                    .setThreshold(0.1)
                    .setModelId(MODEL.id())
                    .setModelFingerprint(MODEL.fingerprint())
                    .setUri("https://example.org/m.jpg")
                    .setAttributes(attributes)
                    .setSourceTopic("media.uploaded")
                    .setSourcePartition(3)
                    .setSourceOffset(42)
                    .setUploadedAt(TopologyFixtures.UPLOADED)
                    .setTaggedAt(TopologyFixtures.NOW)
                    .build();
        }
    }

    /// Makes the key or the value of a record for a source topic; null: none.
    interface Value {
        byte @Nullable [] of(Reader reader);
    }

    /// A record, and what every stage makes of it.
    ///
    /// @param outcome a reason code, `accepted` or `deleted`
    record Case(String name, Value key, Value value, Headers headers, String outcome) {
        Case(String name, Value key, Value value, String outcome) {
            this(name, key, value, new RecordHeaders(), outcome);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static List<Case> cases() {
        Value m = reader -> bytes("m");
        Value none = reader -> null;
        Value empty = reader -> new byte[0];
        Value notUtf8 = reader -> new byte[] {(byte) 0xff, 'm'};
        Value tooLong = reader -> bytes("k".repeat(RecordGate.MAX_KEY_BYTES + 1));
        Value event = reader -> reader.event("m", Map.of());
        Value tombstone = reader -> null;
        Headers large = new RecordHeaders();
        large.add("large", new byte[RecordGate.MAX_CARRIED_BYTES]);
        Map<String, String> attributes = Map.of("large", "x".repeat(RecordGate.MAX_CARRIED_BYTES));
        return List.of(
                new Case("sound event", m, event, "accepted"),
                new Case("tombstone", m, tombstone, "deleted"),
                new Case("no key", none, event, "no-key"),
                new Case("tombstone without a key", none, tombstone, "no-key"),
                new Case("empty key", empty, event, "no-key"),
                new Case("empty key and media id", empty, reader -> reader.event("", Map.of()), "no-key"),
                new Case("tombstone with an empty key", empty, tombstone, "no-key"),
                new Case("key that is not UTF-8", notUtf8, event, "key-mismatch"),
                new Case("tombstone with a key that is not UTF-8", notUtf8, tombstone, "key-mismatch"),
                new Case("key too long", tooLong, event, "event-too-large"),
                new Case("tombstone with a key too long", tooLong, tombstone, "event-too-large"),
                new Case("not Avro", m, reader -> bytes("{\"mediaId\": \"m\"}"), "not-avro"),
                new Case("empty value", m, empty, "not-avro"),
                new Case("Avro header with a broken body", m, GateOfAllStagesTest::broken, "not-avro"),
                new Case("key differs from media id", reader -> bytes("n"), event, "key-mismatch"),
                new Case("empty media id", m, reader -> reader.event("", Map.of()), "key-mismatch"),
                new Case("attributes too large", m, reader -> reader.event("m", attributes), "event-too-large"),
                new Case("headers too large", m, event, large, "event-too-large"),
                new Case("tombstone with headers too large", m, tombstone, large, "event-too-large"),
                new Case("no key and not Avro", none, reader -> bytes("junk"), "no-key"),
                new Case("key that is not UTF-8 and not Avro", notUtf8, reader -> bytes("junk"), "not-avro"));
    }

    /// A value whose body ends early.
    private static byte[] broken(Reader reader) {
        byte[] event = reader.event("m", Map.of());
        return Arrays.copyOf(event, event.length - 3);
    }

    static Stream<Arguments> casesOfAllReaders() {
        return cases().stream()
                .flatMap(record -> Stream.of(Reader.values()).map(reader -> Arguments.of(record, reader)));
    }

    private final List<MediaWrite> writes = new ArrayList<>();

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("casesOfAllReaders")
    void theOutcomeOfARecordIsTheSameInEveryStage(Case record, Reader reader) {
        try (TopologyTestDriver driver = TopologyFixtures.driver(topology(reader))) {
            // when
            TopologyFixtures.input(driver, reader.topic)
                    .pipeInput(new TestRecord<>(
                            record.key().of(reader), record.value().of(reader), record.headers()));

            // then
            assertThat(outcome(driver, reader)).isEqualTo(record.outcome());

            // when: the stream goes on
            TopologyFixtures.input(driver, reader.topic)
                    .pipeInput(new TestRecord<>(bytes("m"), reader.event("m", Map.of())));

            // then
            assertThat(outcome(driver, reader)).isEqualTo("accepted");
        }
    }

    private String outcome(TopologyTestDriver driver, Reader reader) {
        List<MediaRejected> rejections = TopologyFixtures.output(
                        driver, Topics.DEFAULT.rejected(), AvroSerde.rejected())
                .readValuesToList();
        List<String> others = switch (reader) {
            case EMBEDDING -> outputs(driver, Topics.DEFAULT.embedded());
            case TAGGING -> outputs(driver, Topics.DEFAULT.tagged());
            case INDEXING_VECTORS, INDEXING_TAGS -> writes();
        };
        assertThat(rejections.size() + others.size())
                .as("outcomes of one record")
                .isEqualTo(1);
        if (rejections.isEmpty()) {
            return others.getFirst();
        }
        MediaRejected rejection = rejections.getFirst();
        assertThat(rejection.getStage()).isEqualTo(Stage.READ);
        assertThat(rejection.getSourceTopic()).isEqualTo(reader.topic);
        assertThat(rejection.getSourceOffset()).isZero();
        return rejection.getReasonCode();
    }

    private static List<String> outputs(TopologyTestDriver driver, String topic) {
        return TopologyFixtures.output(driver, topic, new ByteArrayDeserializer()).readRecordsToList().stream()
                .map(output -> output.value() == null ? "deleted" : "accepted")
                .toList();
    }

    private List<String> writes() {
        List<String> outcomes = writes.stream()
                .map(write -> switch (write) {
                    case MediaWrite.PutVector _, MediaWrite.PutTags _ -> "accepted";
                    case MediaWrite.DeleteVector _, MediaWrite.DeleteTags _ -> "deleted";
                })
                .toList();
        writes.clear();
        return outcomes;
    }

    private Topology topology(Reader reader) {
        StageMetrics metrics = new StageMetrics(new SimpleMeterRegistry(), "test");
        return switch (reader) {
            case EMBEDDING ->
                EmbeddingTopology.build(
                        Topics.DEFAULT,
                        UploadLogs.BY_NAME,
                        (event, urgency, ready) -> CompletableFuture.completedFuture(
                                new Outcome.Embedded(Embedding.normalize(new float[] {1, 0, 0}), 640, 480)),
                        MODEL,
                        new StageLimits(256, 1 << 20, Duration.ofSeconds(60)),
                        TopicRules.NONE,
                        metrics,
                        CLOCK);
            case TAGGING ->
                TaggingTopology.build(
                        Topics.DEFAULT,
                        new LiveTagger(TaggerSnapshot.of(TopologyFixtures.tagger("7"))),
                        TopicRules.NONE,
                        metrics,
                        CLOCK);
            case INDEXING_VECTORS, INDEXING_TAGS ->
                IndexingTopology.build(
                        Topics.DEFAULT,
                        new RecordedWrites(),
                        IndexingTopology.limits(16),
                        TopicRules.NONE,
                        metrics,
                        CLOCK);
        };
    }

    private final class RecordedWrites implements MediaIndexing {
        @Override
        public ModelIdentity model() {
            return MODEL;
        }

        @Override
        public CompletableFuture<WriteOutcome> submit(MediaWrite write) {
            writes.add(write);
            return CompletableFuture.completedFuture(WriteOutcome.APPLIED);
        }
    }
}
