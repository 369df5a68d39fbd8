package dev.clipstream.topology.indexing;

import static dev.clipstream.topology.TopologyFixtures.CLOCK;
import static dev.clipstream.topology.TopologyFixtures.MODEL;
import static dev.clipstream.topology.TopologyFixtures.NOW;
import static dev.clipstream.topology.TopologyFixtures.UPLOADED;
import static dev.clipstream.topology.TopologyFixtures.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clipstream.clip.Embedding;
import dev.clipstream.event.AppliedLabelSet;
import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaEmbedded;
import dev.clipstream.event.MediaRejected;
import dev.clipstream.event.MediaTagged;
import dev.clipstream.event.Tag;
import dev.clipstream.event.TagRecords;
import dev.clipstream.event.TaggingMode;
import dev.clipstream.event.Topics;
import dev.clipstream.fetch.Backoff;
import dev.clipstream.index.MediaDetails;
import dev.clipstream.index.MediaFilter;
import dev.clipstream.index.MediaHit;
import dev.clipstream.index.MediaIndex;
import dev.clipstream.index.MediaIndexes;
import dev.clipstream.index.NearestQuery;
import dev.clipstream.index.TagSet;
import dev.clipstream.index.TagSet.IndexedTag;
import dev.clipstream.index.lucene.LuceneIndexFactory;
import dev.clipstream.topology.StageMetrics;
import dev.clipstream.topology.TopologyFixtures;
import dev.clipstream.topology.topic.TopicRules;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IndexingTopologyTest {
    private static final AvroSerde<MediaEmbedded> VECTORS = AvroSerde.embedded();
    private static final AvroSerde<MediaTagged> TAGS = AvroSerde.tagged();

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final MediaIndexes indexes = LuceneIndexFactory.inMemory(CLOCK).open();
    private final MediaIndex index = indexes.open(MODEL);
    private final IndexingPipeline pipeline = new IndexingPipeline(
            index,
            new IndexingPipeline.Limits(16, 0, new Backoff(Duration.ofMillis(1), Duration.ofMillis(1))),
            new IndexingMetrics(registry, CLOCK));
    private final TopologyTestDriver driver = TopologyFixtures.driver(IndexingTopology.build(
            Topics.DEFAULT,
            pipeline,
            IndexingTopology.limits(16),
            TopicRules.NONE,
            new StageMetrics(registry, IndexingTopology.NAME),
            CLOCK));
    private final TestInputTopic<byte[], byte[]> embedded = TopologyFixtures.input(driver, Topics.DEFAULT.embedded());
    private final TestInputTopic<byte[], byte[]> tagged = TopologyFixtures.input(driver, Topics.DEFAULT.tagged());
    private final TestOutputTopic<byte[], MediaRejected> rejected =
            TopologyFixtures.output(driver, Topics.DEFAULT.rejected(), AvroSerde.rejected());

    @AfterEach
    void close() {
        driver.close();
        pipeline.close();
        indexes.close();
    }

    @Test
    void aMediumIsFoundWithTheFieldsOfBothTopics() {
        // when
        embed("m1", vector("m1", 42, 0.6f, 0.8f, 0));
        tag("m1", tags("m1", 42, "cat", 0.9));

        // then
        List<MediaHit> hits = index.nearest(NearestQuery.of(Embedding.normalize(new float[] {1, 0, 0}), 10));
        assertThat(hits).singleElement().satisfies(hit -> {
            assertThat(hit.media().mediaId()).isEqualTo("m1");
            assertThat(hit.media().details())
                    .isEqualTo(new MediaDetails(
                            "https://example.org/m.jpg", "image/jpeg", 640, 480, UPLOADED, Map.of("album", "summer")));
            assertThat(hit.media().tags())
                    .contains(new TagSet("axes", "7", List.of(new IndexedTag("cat", "Katze", 0.9, 0.6))));
        });
        assertThat(rejected.isEmpty()).isTrue();
    }

    @Test
    void theTagsOfSeveralLabelSetsAreIndexedWithWhatBroughtThem() {
        // given
        Tag animal = Tag.newBuilder(TagRecords.tag("animal", "Tier", 0.9, 0.6))
                .setLabelSet("axes")
                .setDerivedFrom("cat")
                .build();
        Tag weapons = Tag.newBuilder(TagRecords.tag("weapons", "weapons", 0.8, 0.5))
                .setLabelSet("moderation")
                .build();

        // when
        embed("m1", vector("m1", 42, 0.6f, 0.8f, 0));
        tag(
                "m1",
                tags("m1", 42, "cat", 0.9)
                        .setTags(List.of(TagRecords.tag("cat", "Katze", 0.9, 0.6), animal, weapons))
                        .setLabelSets(List.of(
                                new AppliedLabelSet("axes", "7", TaggingMode.EXCLUSIVE, 0.1),
                                new AppliedLabelSet("moderation", "2", TaggingMode.MULTI, 0.7),
                                new AppliedLabelSet("without tags", "1", TaggingMode.MULTI, 0.7))));

        // then
        assertThat(index.get("m1").orElseThrow().tags())
                .contains(new TagSet(
                        "axes",
                        "7",
                        List.of(
                                new IndexedTag("cat", "Katze", 0.9, 0.6, "axes", null),
                                new IndexedTag("animal", "Tier", 0.9, 0.6, "axes", "cat"),
                                new IndexedTag("weapons", "weapons", 0.8, 0.5, "moderation", null)),
                        Map.of("axes", "7", "moderation", "2", "without tags", "1")));
        assertThat(index.count(MediaFilter.ALL.withLabelSet("moderation"))).isEqualTo(1);
        assertThat(index.count(MediaFilter.ALL.withLabelSet("without tags"))).isEqualTo(1);
        assertThat(index.count(MediaFilter.ALL.withLabelSet("none"))).isZero();
    }

    @Test
    void tagsMayComeFirst() {
        // when
        tag("m1", tags("m1", 42, "cat", 0.9));
        embed("m1", vector("m1", 42, 1, 0, 0));

        // then
        assertThat(index.count(MediaFilter.ALL.withTags(Set.of("cat"), Set.of(), Set.of())))
                .isEqualTo(1);
    }

    @Test
    void aTombstoneOnEachTopicRemovesItsPart() {
        // given
        embed("m1", vector("m1", 42, 1, 0, 0));
        tag("m1", tags("m1", 42, "cat", 0.9));

        // when
        tagged.pipeInput(new TestRecord<>(bytes("m1"), (byte[]) null));

        // then
        assertThat(index.get("m1").orElseThrow().tags()).isEmpty();

        // when
        embedded.pipeInput(new TestRecord<>(bytes("m1"), (byte[]) null));

        // then
        assertThat(index.get("m1")).isEmpty();

        // when: a slower tagger writes the tags of the same upload once more
        tag("m1", tags("m1", 42, "cat", 0.9));

        // then
        assertThat(index.get("m1")).isEmpty();
    }

    @Test
    void eventsOfAnotherModelAreSkipped() {
        // when
        embed("m1", vector("m1", 1, 1, 0, 0).setModelFingerprint("cd".repeat(32)));
        embed("m2", vector("m2", 2, 1, 0, 0));
        tag("m2", tags("m2", 2, "dog", 0.5).setModelFingerprint("cd".repeat(32)));

        // then
        assertThat(index.get("m1")).isEmpty();
        assertThat(index.get("m2").orElseThrow().tags()).isEmpty();
        assertThat(rejected.isEmpty()).isTrue();
    }

    @Test
    void badRecordsAreRejectedAndTheStreamGoesOn() {
        // when
        embedded.pipeInput(bytes("m1"), bytes("junk"));
        embedded.pipeInput(null, VECTORS.serialize("", vector("m1", 1, 1, 0, 0).build()));
        embed("m2", vector("m1", 1, 1, 0, 0));
        embed("m1", vector("m1", 1, 1, 0, 0).setDimension(4));
        embed("m1", vector("m1", 1, 1, 0, 0).setVector(ByteBuffer.allocate(12)));
        tagged.pipeInput(bytes("m1"), bytes("junk"));
        tagged.pipeInput(new byte[] {(byte) 0xff}, (byte[]) null);
        embed("m1", vector("m1", 1, 1, 0, 0));

        // then
        assertThat(rejected.readValuesToList())
                .extracting(MediaRejected::getReasonCode, MediaRejected::getSourceTopic, MediaRejected::getSourceOffset)
                .containsExactly(
                        Tuple.tuple("not-avro", "media.embedded", 0L),
                        Tuple.tuple("no-key", "media.embedded", 1L),
                        Tuple.tuple("key-mismatch", "media.embedded", 2L),
                        Tuple.tuple("not-indexable", "media.embedded", 3L),
                        Tuple.tuple("not-indexable", "media.embedded", 4L),
                        Tuple.tuple("not-avro", "media.tagged", 0L),
                        Tuple.tuple("key-mismatch", "media.tagged", 1L));
        assertThat(index.get("m1")).isPresent();
    }

    @Test
    void writesAreMeasured() {
        // when
        embed("m1", vector("m1", 1, 1, 0, 0));
        embed("m1", vector("m1", 2, 1, 0, 0));

        // then
        assertThat(registry.get("clipstream.index.writes")
                        .tag("outcome", "applied")
                        .counter()
                        .count())
                .isEqualTo(2);
        assertThat(registry.get("clipstream.index.searchable").timer().max(TimeUnit.MILLISECONDS))
                .isEqualTo((double) Duration.between(UPLOADED, NOW).toMillis(), within(1.0));
        assertThat(registry.get("clipstream.in.flight")
                        .tag("topology", "indexing")
                        .gauge()
                        .value())
                .isZero();
    }

    private void embed(String key, MediaEmbedded.Builder event) {
        embedded.pipeInput(bytes(key), VECTORS.serialize("", event.build()));
    }

    private void tag(String key, MediaTagged.Builder event) {
        tagged.pipeInput(bytes(key), TAGS.serialize("", event.build()));
    }

    private static MediaEmbedded.Builder vector(String mediaId, long sourceOffset, float... values) {
        return TopologyFixtures.vector(mediaId, values).setSourceOffset(sourceOffset);
    }

    private static MediaTagged.Builder tags(String mediaId, long sourceOffset, String label, double probability) {
        return MediaTagged.newBuilder()
                .setMediaId(mediaId)
                .setTags(List.of(TagRecords.tag(label, "Katze", probability, 0.6)))
                .setLabelSet("axes")
                .setLabelSetVersion("7")
                .setMode(TaggingMode.EXCLUSIVE)
                .setThreshold(0.1)
                .setModelId(MODEL.id())
                .setModelFingerprint(MODEL.fingerprint())
                .setUri("https://example.org/m.jpg")
                .setAttributes(Map.of("album", "summer"))
                .setSourceTopic("media.uploaded")
                .setSourcePartition(3)
                .setSourceOffset(sourceOffset)
                .setUploadedAt(UPLOADED)
                .setTaggedAt(NOW);
    }
}
