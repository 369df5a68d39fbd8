package dev.clipstream.topology.tagging;

import static dev.clipstream.topology.TopologyFixtures.CLOCK;
import static dev.clipstream.topology.TopologyFixtures.MODEL;
import static dev.clipstream.topology.TopologyFixtures.NOW;
import static dev.clipstream.topology.TopologyFixtures.UPLOADED;
import static dev.clipstream.topology.TopologyFixtures.bytes;
import static dev.clipstream.topology.TopologyFixtures.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clipstream.clip.Embedding;
import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaEmbedded;
import dev.clipstream.event.MediaRejected;
import dev.clipstream.event.MediaTagged;
import dev.clipstream.event.Occlusion;
import dev.clipstream.event.Stage;
import dev.clipstream.event.Tag;
import dev.clipstream.event.TagRegion;
import dev.clipstream.event.TaggingMode;
import dev.clipstream.event.Topics;
import dev.clipstream.region.Box;
import dev.clipstream.region.ModelView;
import dev.clipstream.region.OcclusionVectors;
import dev.clipstream.tag.LiveTagger;
import dev.clipstream.tag.TaggerSnapshot;
import dev.clipstream.topology.StageMetrics;
import dev.clipstream.topology.TopologyFixtures;
import dev.clipstream.topology.gate.EventRegions;
import dev.clipstream.topology.gate.RecordGate;
import dev.clipstream.topology.topic.TopicRules;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TaggingTopologyTest {
    private static final AvroSerde<MediaEmbedded> VECTORS = AvroSerde.embedded();

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final LiveTagger tagger = new LiveTagger(TaggerSnapshot.of(TopologyFixtures.tagger("7")));
    private final TopologyTestDriver driver = TopologyFixtures.driver(TaggingTopology.build(
            Topics.DEFAULT, tagger, TopicRules.NONE, new StageMetrics(registry, TaggingTopology.NAME), CLOCK));
    private final TestInputTopic<byte[], byte[]> embedded = TopologyFixtures.input(driver, Topics.DEFAULT.embedded());
    private final TestOutputTopic<byte[], MediaTagged> tagged =
            TopologyFixtures.output(driver, Topics.DEFAULT.tagged(), AvroSerde.tagged());
    private final TestOutputTopic<byte[], MediaRejected> rejected =
            TopologyFixtures.output(driver, Topics.DEFAULT.rejected(), AvroSerde.rejected());

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void aVectorBecomesTagsBestFirstWithProbabilityAndCosine() {
        // given
        RecordHeaders headers = new RecordHeaders();
        headers.add("trace", bytes("abc"));
        MediaEmbedded event = vector("m1", 0.6f, 0.8f, 0).build();

        // when
        embedded.pipeInput(new TestRecord<>(bytes("m1"), VECTORS.serialize("", event), headers, 4711L));

        // then: softmax of 10 times the cosines 0.6, 0.8 and 0
        double sum = Math.exp(6) + Math.exp(8) + 1;
        TestRecord<byte[], MediaTagged> record = tagged.readRecord();
        assertThat(record.key()).isEqualTo(bytes("m1"));
        assertThat(record.timestamp()).isEqualTo(4711);
        assertThat(record.headers()).isEqualTo(headers);
        MediaTagged tags = record.value();
        assertThat(tags.getTags()).extracting(Tag::getLabelId).containsExactly("dog", "cat");
        assertThat(tags.getTags()).extracting(Tag::getDisplayName).containsExactly("Hund", "Katze");
        assertThat(tags.getTags().getFirst().getProbability()).isCloseTo(Math.exp(8) / sum, within(1e-6));
        assertThat(tags.getTags().getFirst().getCosine()).isCloseTo(0.8, within(1e-6));
        assertThat(tags.getLabelSet()).isEqualTo("axes");
        assertThat(tags.getLabelSetVersion()).isEqualTo("7");
        assertThat(tags.getMode()).isEqualTo(TaggingMode.EXCLUSIVE);
        assertThat(tags.getThreshold()).isEqualTo(0.1);
        assertThat(tags.getModelId()).isEqualTo(MODEL.id());
        assertThat(tags.getModelFingerprint()).isEqualTo(MODEL.fingerprint());
        assertThat(tags.getUri()).isEqualTo("https://example.org/m.jpg");
        assertThat(tags.getAttributes()).isEqualTo(Map.of("album", "summer"));
        assertThat(tags.getSourceTopic()).isEqualTo("media.uploaded");
        assertThat(tags.getSourcePartition()).isEqualTo(3);
        assertThat(tags.getSourceOffset()).isEqualTo(42);
        assertThat(tags.getUploadedAt()).isEqualTo(UPLOADED);
        assertThat(tags.getTaggedAt()).isEqualTo(NOW);
    }

    @Test
    void aTagHasARegionIfTheImageWasEmbeddedWithItsPartsCovered() {
        // given: an image that looks less like a dog while the cells around the middle of its right half are covered,
        // of which the model sees the square in the middle
        Embedding dog = Embedding.normalize(new float[] {0.6f, 0.8f, 0});
        Embedding covered = Embedding.normalize(new float[] {0.8f, 0.6f, 0});
        OcclusionVectors vectors = OcclusionVectors.of(IntStream.range(0, 49)
                .mapToObj(cell -> cell == 25 || cell == 26 ? covered : dog)
                .toList());
        ModelView view = new ModelView(new Box(0.25, 0, 0.5, 1));
        MediaEmbedded.Builder event = vector("m1", 0.6f, 0.8f, 0).setOcclusion(EventRegions.record(vectors, view));

        // when
        send("m1", event);
        send("m2", vector("m2", 0.6f, 0.8f, 0));

        // then
        List<MediaTagged> found = tagged.readValuesToList();
        Tag tag = found.getFirst().getTags().getFirst();
        assertThat(tag.getLabelId()).isEqualTo("dog");
        TagRegion region = tag.getRegions().getFirst();
        assertThat(region.getX()).isBetween(0.5f, 0.56f);
        assertThat(region.getX() + region.getWidth()).isBetween(0.69f, 0.75f);
        assertThat(region.getY()).isBetween(0.35f, 0.45f);
        assertThat(region.getY() + region.getHeight()).isBetween(0.55f, 0.65f);
        assertThat(region.getScore()).isPositive();
        assertThat(found.getLast().getTags())
                .allSatisfy(without -> assertThat(without.getRegions()).isEmpty());
    }

    @Test
    void partsOfAnotherGridAreIgnored() {
        // given
        Occlusion other = Occlusion.newBuilder()
                .setGrid(3)
                .setVectors(ByteBuffer.allocate(54))
                .setX(0)
                .setY(0)
                .setWidth(1)
                .setHeight(1)
                .build();

        // when
        send("m1", vector("m1", 0.6f, 0.8f, 0).setOcclusion(other));

        // then
        assertThat(tagged.readValue().getTags())
                .isNotEmpty()
                .allSatisfy(tag -> assertThat(tag.getRegions()).isEmpty());
    }

    @Test
    void aReplacedTaggerTagsTheRecordsThatFollow() {
        // given
        send("m1", vector("m1", 1, 0, 0));

        // when
        tagger.replace(TaggerSnapshot.of(TopologyFixtures.tagger("8")));
        send("m2", vector("m2", 1, 0, 0));

        // then
        assertThat(tagged.readValuesToList())
                .extracting(MediaTagged::getLabelSetVersion)
                .containsExactly("7", "8");
    }

    @Test
    void aDeletionIsForwarded() {
        // when
        embedded.pipeInput(new TestRecord<>(bytes("m1"), (byte[]) null));

        // then
        TestRecord<byte[], MediaTagged> record = tagged.readRecord();
        assertThat(record.key()).isEqualTo(bytes("m1"));
        assertThat(record.value()).isNull();
    }

    @Test
    void aVectorOfAnotherModelIsRejected() {
        // when
        send("m1", vector("m1", 1, 0, 0).setModelFingerprint("cd".repeat(32)));

        // then
        MediaRejected rejection = rejectedAs("model-mismatch");
        assertThat(rejection.getStage()).isEqualTo(Stage.TAG);
        assertThat(rejection.getMessage()).contains("ab".repeat(32)).contains("cd".repeat(32));
        assertThat(rejection.getSourceTopic()).isEqualTo("media.embedded");
    }

    @Test
    void anInvalidVectorIsRejected() {
        // when
        send("m1", vector("m1", 1, 0, 0).setVector(ByteBuffer.allocate(11)));
        send("m1", vector("m1", 1, 0, 0).setDimension(4));
        send("m1", vector("m1", 1, 0, 0).setVector(ByteBuffer.allocate(12)));

        // then
        assertThat(rejectedAs("bad-vector").getMessage()).contains("11 bytes");
        assertThat(rejectedAs("bad-vector").getMessage()).contains("dimension 4");
        assertThat(rejectedAs("bad-vector").getMessage()).contains("length 1, found length 0.0");
    }

    @Test
    void badRecordsAreRejectedAndTheStreamGoesOn() {
        // when
        embedded.pipeInput(bytes("m1"), bytes("junk"));
        embedded.pipeInput(null, VECTORS.serialize("", vector("m1", 1, 0, 0).build()));
        send("m2", vector("m1", 1, 0, 0));
        send("m1", vector("m1", 1, 0, 0));

        // then
        assertThat(rejectedAs("not-avro").getSourceOffset()).isZero();
        assertThat(rejectedAs("no-key").getSourceOffset()).isEqualTo(1);
        assertThat(rejectedAs("key-mismatch").getSourceOffset()).isEqualTo(2);
        assertThat(tagged.readValuesToList()).hasSize(1);
    }

    @Test
    void anEventTooLargeForItsOutputIsRejectedAndTheStreamGoesOn() {
        // given
        String large = "x".repeat(RecordGate.MAX_CARRIED_BYTES);
        RecordHeaders headers = new RecordHeaders();
        headers.add("large", bytes(large));

        // when
        send("m1", vector("m1", 1, 0, 0).setAttributes(Map.of("a", large)));
        send("m1", vector("m1", 1, 0, 0).setModelId(large));
        embedded.pipeInput(new TestRecord<>(bytes("m1"), null, headers));
        send("m1", vector("m1", 1, 0, 0));

        // then
        for (int offset = 0; offset < 3; offset++) {
            assertThat(rejectedAs("event-too-large").getSourceOffset()).isEqualTo(offset);
        }
        assertThat(tagged.readValuesToList()).hasSize(1);
    }

    @Test
    void onlyTheMetersOfItsOwnStagesAreRegistered() {
        // when
        send("m1", vector("m1", 1, 0, 0));

        // then
        assertThat(registry.getMeters())
                .extracting(meter -> meter.getId().getTag("topology"))
                .containsOnly("tagging");
        assertThat(registry.getMeters().stream()
                        .filter(meter -> meter.getId().getName().equals("clipstream.rejected"))
                        .map(meter -> meter.getId().getTag("stage"))
                        .distinct())
                .containsExactlyInAnyOrder("READ", "TAG");
        assertThat(registry.get("clipstream.stage").timers())
                .extracting(timer -> timer.getId().getTag("stage"))
                .containsExactly("tag");
        assertThat(registry.get("clipstream.stage").timer().count()).isEqualTo(1);
        assertThat(registry.find("clipstream.in.flight").gauge()).isNull();
    }

    private void send(String key, MediaEmbedded.Builder event) {
        embedded.pipeInput(bytes(key), VECTORS.serialize("", event.build()));
    }

    private MediaRejected rejectedAs(String code) {
        MediaRejected rejection = rejected.readValue();
        assertThat(rejection.getReasonCode()).isEqualTo(code);
        return rejection;
    }
}
