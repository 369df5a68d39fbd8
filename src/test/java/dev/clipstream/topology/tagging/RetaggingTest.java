package dev.clipstream.topology.tagging;

import static dev.clipstream.topology.TopologyFixtures.CLOCK;
import static dev.clipstream.topology.TopologyFixtures.MODEL;
import static dev.clipstream.topology.TopologyFixtures.bytes;
import static dev.clipstream.topology.TopologyFixtures.vector;
import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.Scoring;
import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaAlert;
import dev.clipstream.event.MediaEmbedded;
import dev.clipstream.event.MediaRejected;
import dev.clipstream.event.MediaTagged;
import dev.clipstream.event.Tag;
import dev.clipstream.event.Topics;
import dev.clipstream.label.AlertFilter;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelSet;
import dev.clipstream.tag.LabelsPosition;
import dev.clipstream.tag.LiveTagger;
import dev.clipstream.tag.TaggerSnapshot;
import dev.clipstream.tag.ZeroShotTagger;
import dev.clipstream.topology.StageMetrics;
import dev.clipstream.topology.TopologyFixtures;
import dev.clipstream.topology.topic.TopicRules;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RetaggingTest {
    private static final AvroSerde<MediaEmbedded> VECTORS = AvroSerde.embedded();
    private static final Map<String, float[]> AXES = Map.of(
            "cat", new float[] {1, 0, 0},
            "dog", new float[] {0, 1, 0});

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final LiveTagger tagger = new LiveTagger(snapshot(1, "1", "de"));
    private final TopologyTestDriver driver = TopologyFixtures.driver(TaggingTopology.build(
            Topics.DEFAULT, tagger, TopicRules.NONE, new StageMetrics(registry, TaggingTopology.NAME), CLOCK));
    private final TestInputTopic<byte[], byte[]> embedded = TopologyFixtures.input(driver, Topics.DEFAULT.embedded());
    private final TestOutputTopic<byte[], MediaTagged> tagged =
            TopologyFixtures.output(driver, Topics.DEFAULT.tagged(), AvroSerde.tagged());
    private final TestOutputTopic<byte[], MediaAlert> alerts =
            TopologyFixtures.output(driver, Topics.DEFAULT.alerts(), AvroSerde.alert());
    private final TestOutputTopic<byte[], MediaRejected> rejected =
            TopologyFixtures.output(driver, Topics.DEFAULT.rejected(), AvroSerde.rejected());

    @BeforeEach
    void adoptTheFirstLabelSets() {
        driver.advanceWallClockTime(Retagging.LOOK);
    }

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void changedLabelSetsTagStoredMediaAgainWithTheirHeadersAndTimestamps() {
        // given
        RecordHeaders headers = new RecordHeaders();
        headers.add("trace", bytes("abc"));
        embedded.pipeInput(new TestRecord<>(
                bytes("m1"), VECTORS.write(vector("m1", 1, 0, 0).build()), headers, 4711L));
        tagged.readRecord();

        // when
        change(snapshot(2, "2", "en"));

        // then
        TestRecord<byte[], MediaTagged> record = tagged.readRecord();
        assertThat(record.key()).isEqualTo(bytes("m1"));
        assertThat(record.timestamp()).isEqualTo(4711);
        assertThat(record.headers()).isEqualTo(headers);
        assertThat(names(record.value())).containsExactly("cat");
        assertThat(record.value().getLabelSetVersion()).isEqualTo("2");
        assertThat(tagged.isEmpty()).isTrue();
        assertThat(progress().isDoneWith(tagger.current().digest())).isTrue();
        assertThat(progress().published()).isEqualTo(1);
        assertThat(registry.get("clipstream.retagging.published").counter().count())
                .isEqualTo(1);
    }

    @Test
    void tagsThatAReaderHasAreNotWrittenAgain() {
        // given
        send("m1", vector("m1", 1, 0, 0));
        tagged.readRecord();

        // when
        change(snapshot(2, "2", "de"));

        // then
        assertThat(tagged.isEmpty()).isTrue();
        assertThat(progress().done()).isEqualTo(1);
        assertThat(progress().isDoneWith(tagger.current().digest())).isTrue();
    }

    @Test
    void mediaThatAreGoneOrRejectedAreNotTaggedAgain() {
        // given
        send("gone", vector("gone", 1, 0, 0));
        embedded.pipeInput(new TestRecord<>(bytes("gone"), (byte[]) null));
        send("other", vector("other", 1, 0, 0).setModelFingerprint("cd".repeat(32)));
        send("bad", vector("bad", 1, 0, 0).setDimension(4));
        embedded.pipeInput(bytes("junk"), bytes("junk"));
        tagged.readRecordsToList();
        rejected.readRecordsToList();

        // when
        change(snapshot(2, "2", "en"));

        // then
        assertThat(tagged.isEmpty()).isTrue();
        assertThat(rejected.isEmpty()).isTrue();
        assertThat(progress().isDoneWith(tagger.current().digest())).isTrue();
    }

    @Test
    void olderLabelSetsWaitAndWhatTheyTagIsComparedOnceMore() {
        // given
        TaggerSnapshot newest = snapshot(3, "3", "en");
        change(newest);
        send("m1", vector("m1", 1, 0, 0));

        // when
        change(snapshot(2, "2", "de"));
        send("m2", vector("m2", 1, 0, 0));
        driver.advanceWallClockTime(Retagging.LOOK);

        // then
        assertThat(tagged.readValuesToList())
                .extracting(RetaggingTest::names)
                .containsExactly(List.of("cat"), List.of("Katze"));
        assertThat(progress().isDone()).isFalse();

        // when
        change(newest);

        // then
        assertThat(tagged.readRecordsToList()).hasSize(1).allSatisfy(record -> {
            assertThat(record.key()).isEqualTo(bytes("m2"));
            assertThat(names(record.value())).containsExactly("cat");
        });
    }

    @Test
    void newerOffsetsOfTheSameLabelSetsAreNoted() {
        // when
        change(snapshot(5, "1", "de"));

        // then
        assertThat(progress().position().offset()).isEqualTo(5);
        assertThat(progress().isDone()).isTrue();
    }

    @Test
    void aStandingQueryMatchesStoredAndNewMediaOnce() {
        // given
        send("old", vector("old", 1, 0, 0));
        send("unlike", vector("unlike", 0, 1, 0));

        // when: a new query, a new medium, a new version of both
        change(snapshot(2, "1", "de", alert("1", AlertFilter.ALL)));
        send("new", vector("new", 1, 0, 0));
        change(snapshot(3, "1", "de", alert("2", AlertFilter.ALL)));
        send("new", vector("new", 1, 0, 0.1f));

        // then
        List<MediaAlert> found = alerts.readValuesToList();
        assertThat(found).extracting(MediaAlert::getMediaId).containsExactly("old", "new");
        assertThat(found).extracting(MediaAlert::getAlert).containsOnly("cats");
        assertThat(found.getFirst().getDisplayName()).isEqualTo("Katze");
        assertThat(found.getFirst().getProbability()).isBetween(0.5, 1.0);
        assertThat(registry.get("clipstream.alerts").counter().count()).isEqualTo(2);
    }

    @Test
    void aDeletionForgetsAMatch() {
        // given
        change(snapshot(2, "1", "de", alert("1", AlertFilter.ALL)));
        send("m1", vector("m1", 1, 0, 0));

        // when
        embedded.pipeInput(new TestRecord<>(bytes("m1"), (byte[]) null));
        send("m1", vector("m1", 1, 0, 0));

        // then
        assertThat(alerts.readValuesToList()).hasSize(2);
    }

    @Test
    void aFilterLeavesMediaOut() {
        // given
        AlertFilter filter = new AlertFilter(Map.of("album", "summer"), Set.of("cat"), Set.of(), Set.of("dog"));
        change(snapshot(2, "1", "de", alert("1", filter)));

        // when
        send("m1", vector("m1", 1, 0, 0));
        send("m2", vector("m2", 1, 0, 0).setAttributes(Map.of("album", "winter")));
        send("m3", vector("m3", 1, 1, 0));

        // then
        assertThat(alerts.readValuesToList()).extracting(MediaAlert::getMediaId).containsExactly("m1");
    }

    private void change(TaggerSnapshot snapshot) {
        tagger.replace(snapshot);
        // more slices than the few media of a test need, however slow the machine is
        for (int slice = 0; slice < 20; slice++) {
            driver.advanceWallClockTime(Retagging.LOOK);
        }
    }

    private void send(String key, MediaEmbedded.Builder event) {
        embedded.pipeInput(bytes(key), VECTORS.write(event.build()));
    }

    private RetaggingProgress progress() {
        KeyValueStore<byte[], byte[]> states = driver.getKeyValueStore(RetaggingState.STORE);
        return RetaggingState.progress(0, states.get(RetaggingState.KEY)).orElseThrow();
    }

    private static List<String> names(MediaTagged tagged) {
        return tagged.getTags().stream().map(Tag::getDisplayName).toList();
    }

    private static TaggerSnapshot snapshot(long offset, String version, String language, LabelSet... alerts) {
        List<ZeroShotTagger> taggers = new ArrayList<>();
        taggers.add(tagger(set("axes", version, language, List.of("cat", "dog"), null)));
        for (LabelSet alert : alerts) {
            taggers.add(tagger(alert));
        }
        return new TaggerSnapshot(MODEL, new LabelsPosition("topic", offset), "axes", taggers);
    }

    private static LabelSet alert(String version, AlertFilter filter) {
        return set("cats", version, "de", List.of("cat"), filter);
    }

    private static LabelSet set(
            String name, String version, String language, List<String> labels, @Nullable AlertFilter alert) {
        return new LabelSet(
                name,
                version,
                language,
                "en",
                alert == null ? LabelSet.Mode.EXCLUSIVE : LabelSet.Mode.MULTI,
                2,
                0.4,
                List.of(),
                List.of("anything"),
                labels.stream()
                        .map(label ->
                                Label.of(label, Map.of("en", label, "de", label.equals("cat") ? "Katze" : "Hund")))
                        .toList(),
                "",
                null,
                alert);
    }

    private static ZeroShotTagger tagger(LabelSet set) {
        return ZeroShotTagger.create(
                set,
                texts -> texts.stream()
                        .map(text -> Embedding.normalize(AXES.getOrDefault(text, new float[] {1, 1, 1})))
                        .toList(),
                new Scoring(Scoring.Kind.SOFTMAX, 10, 0),
                MODEL);
    }
}
