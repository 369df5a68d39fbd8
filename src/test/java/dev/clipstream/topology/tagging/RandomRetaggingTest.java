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
import dev.clipstream.event.MediaTagged;
import dev.clipstream.event.Tag;
import dev.clipstream.event.Topics;
import dev.clipstream.label.AlertFilter;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelSet;
import dev.clipstream.tag.LabelsPosition;
import dev.clipstream.tag.LiveTagger;
import dev.clipstream.tag.ScoredLabel;
import dev.clipstream.tag.SetTags;
import dev.clipstream.tag.TaggerSnapshot;
import dev.clipstream.tag.ZeroShotTagger;
import dev.clipstream.topology.StageMetrics;
import dev.clipstream.topology.TopologyFixtures;
import dev.clipstream.topology.topic.TopicRules;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Compares random histories of uploads, deletions, changed label sets, alerts and restarts with what a reader must
/// see: the tags by the newest label sets, nothing twice without a cause, and each alert once.
class RandomRetaggingTest {
    private static final AvroSerde<MediaEmbedded> VECTORS = AvroSerde.embedded();
    private static final int STEPS = 250;
    private static final int MEDIA = 12;
    private static final Map<String, float[]> AXES = Map.of(
            "cat", new float[] {1, 0, 0},
            "dog", new float[] {0, 1, 0},
            "tree", new float[] {0, 0, 1},
            "animal", new float[] {1, 1, 0});

    /// What a reader of the topics sees.
    private final Map<String, MediaTagged> read = new TreeMap<>();

    /// The last events of the media that exist.
    private final Map<String, MediaEmbedded> media = new TreeMap<>();

    /// The media of which each alert has been read.
    private final Map<String, Set<String>> alerted = new TreeMap<>();

    /// The same, of alerts that were not deleted since.
    private final Map<String, Set<String>> remembered = new TreeMap<>();

    private LiveTagger tagger;
    private Run run;
    private long labelsOffset;
    private int retagged;
    private int restarts;
    private int superseded;

    /// A task from its start to its end.
    private final class Run {
        private final TopologyTestDriver driver = TopologyFixtures.driver(TaggingTopology.build(
                Topics.DEFAULT,
                tagger,
                TopicRules.NONE,
                new StageMetrics(new SimpleMeterRegistry(), TaggingTopology.NAME),
                CLOCK,
                Duration.ZERO));
        private final TestInputTopic<byte[], byte[]> embedded =
                TopologyFixtures.input(driver, Topics.DEFAULT.embedded());
        private final TestOutputTopic<byte[], MediaTagged> tagged =
                TopologyFixtures.output(driver, Topics.DEFAULT.tagged(), AvroSerde.tagged());
        private final TestOutputTopic<byte[], MediaAlert> alerts =
                TopologyFixtures.output(driver, Topics.DEFAULT.alerts(), AvroSerde.alert());

        private RetaggingProgress progress() {
            KeyValueStore<byte[], byte[]> states = driver.getKeyValueStore(RetaggingState.STORE);
            return RetaggingState.progress(0, states.get(RetaggingState.KEY)).orElseThrow();
        }

        /// Takes over the stores of the task before it.
        private void restore(Run before) {
            for (String store : List.of(KeptVectors.STORE, TaggingTopology.PUBLISHED, RetaggingState.STORE)) {
                copy(
                        Objects.requireNonNull(before.driver.getAllStateStores().get(store)),
                        Objects.requireNonNull(driver.getAllStateStores().get(store)));
            }
        }

        @SuppressWarnings("unchecked")
        private void copy(StateStore from, StateStore to) {
            try (KeyValueIterator<byte[], Object> all = ((KeyValueStore<byte[], Object>) from).all()) {
                all.forEachRemaining(entry -> ((KeyValueStore<byte[], Object>) to).put(entry.key, entry.value));
            }
        }
    }

    @BeforeEach
    void start() {
        tagger = new LiveTagger(snapshot(new Random(0)));
        run = new Run();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void readersEndWithWhatTheNewestLabelSetsSay(long seed) {
        // given
        Random random = new Random(seed);
        tagger.replace(snapshot(random));

        // when
        for (int step = 0; step < STEPS; step++) {
            step(random);
        }
        finish();

        // then
        assertThat(read.keySet()).isEqualTo(media.keySet());
        media.forEach((id, event) -> assertThat(tags(read.get(id))).isEqualTo(expected(event)));
        media.forEach((id, event) -> assertThat(alertsOf(id)).containsAll(matches(event)));
        assertThat(retagged).isPositive();
        assertThat(restarts).isPositive();
        assertThat(superseded).isPositive();
        run.driver.close();
    }

    private void step(Random random) {
        String id = "m" + random.nextInt(MEDIA);
        switch (random.nextInt(20)) {
            case 0, 1, 2, 3, 4 -> upload(id, random);
            case 5 -> delete(id);
            case 6 -> change(random);
            case 7 -> restart(random);
            case 8 -> behind(id, random);
            case 9 -> finish();
            default -> {
                run.driver.advanceWallClockTime(Duration.ofMillis(1 + random.nextInt(3)));
                readRetagged();
            }
        }
    }

    private void upload(String id, Random random) {
        MediaEmbedded event = vector(id, random.nextFloat(), random.nextFloat(), random.nextFloat() + 0.1f)
                .setAttributes(Map.of("album", random.nextBoolean() ? "summer" : "winter"))
                .build();
        media.put(id, event);
        run.embedded.pipeInput(bytes(id), VECTORS.write(event));
        // the output of the record itself may equal the one before
        assertThat(run.tagged.isEmpty()).isFalse();
        List<TestRecord<byte[], MediaTagged>> outputs = run.tagged.readRecordsToList();
        outputs.forEach(output -> read.put(id(output), output.value()));
        assertThat(outputs).hasSize(1);
        readAlerts();
    }

    private void delete(String id) {
        run.embedded.pipeInput(new TestRecord<>(bytes(id), (byte[]) null));
        media.remove(id);
        read.remove(id);
        alerted.values().forEach(those -> those.remove(id));
        remembered.values().forEach(those -> those.remove(id));
        assertThat(run.tagged.readRecordsToList())
                .hasSize(1)
                .allSatisfy(output -> assertThat(output.value()).isNull());
    }

    private void change(Random random) {
        look(); // what a first start finds is adopted
        superseded += run.progress().isDone() ? 0 : 1;
        tagger.replace(snapshot(random));
        remembered
                .keySet()
                .retainAll(tagger.current().alerts().stream()
                        .map(alert -> alert.labelSet().name())
                        .toList());
        look();
    }

    /// Ends the task; another one takes over.
    private void restart(Random random) {
        restarts++;
        Run before = run;
        run = new Run();
        run.restore(before);
        before.driver.close();
        if (random.nextBoolean()) {
            look();
        }
    }

    /// An instance that does not know the newest label sets yet tags a medium.
    private void behind(String id, Random random) {
        look();
        TaggerSnapshot newest = tagger.current();
        tagger.replace(new TaggerSnapshot(
                MODEL,
                new LabelsPosition("topic", newest.position().offset() - 1),
                "axes",
                List.of(tagger(set("axes", "0", List.of("tree"), 1, 0.0, null)))));
        upload(id, random);
        look();
        tagger.replace(newest);
        look();
    }

    private void look() {
        run.driver.advanceWallClockTime(Retagging.LOOK);
        readRetagged();
    }

    private void finish() {
        do {
            look();
        } while (!run.progress().isDoneWith(tagger.current().digest()));
    }

    private void readRetagged() {
        for (TestRecord<byte[], MediaTagged> output : run.tagged.readRecordsToList()) {
            MediaTagged before = read.put(id(output), output.value());
            retagged++;
            assertThat(media).containsKey(id(output));
            assertThat(before == null || differ(before, output.value()))
                    .as("%s is written again for a reason: %s, %s", id(output), before, output.value())
                    .isTrue();
        }
        readAlerts();
    }

    private void readAlerts() {
        for (MediaAlert alert : run.alerts.readValuesToList()) {
            alerted.computeIfAbsent(alert.getAlert(), name -> new HashSet<>()).add(alert.getMediaId());
            assertThat(remembered
                            .computeIfAbsent(alert.getAlert(), name -> new HashSet<>())
                            .add(alert.getMediaId()))
                    .as("first alert %s of %s", alert.getAlert(), alert.getMediaId())
                    .isTrue();
        }
    }

    private Set<String> alertsOf(String id) {
        return alerted.entrySet().stream()
                .filter(alert -> alert.getValue().contains(id))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private Set<String> matches(MediaEmbedded event) {
        Embedding vector = Embedding.fromLittleEndian(event.getVector());
        Set<String> labels = tagger.current().tag(vector).stream()
                .flatMap(set -> set.tags().stream())
                .map(ScoredLabel::labelId)
                .collect(Collectors.toSet());
        return tagger.current().alerts().stream()
                .filter(alert ->
                        Objects.requireNonNull(alert.labelSet().alert()).accepts(event.getAttributes(), labels))
                .filter(alert -> !alert.tag(vector).isEmpty())
                .map(alert -> alert.labelSet().name())
                .collect(Collectors.toSet());
    }

    private List<String> expected(MediaEmbedded event) {
        List<String> tags = new ArrayList<>();
        for (SetTags set : tagger.current().tag(Embedding.fromLittleEndian(event.getVector()))) {
            set.tags().forEach(tag -> tags.add(set.set().name() + "/" + tag.labelId() + "/" + tag.displayName()));
        }
        return tags;
    }

    private static List<String> tags(@Nullable MediaTagged tagged) {
        return Objects.requireNonNull(tagged).getTags().stream()
                .map(tag -> tag.getLabelSet() + "/" + tag.getLabelId() + "/" + tag.getDisplayName())
                .toList();
    }

    private static boolean differ(MediaTagged one, MediaTagged other) {
        if (!tags(one).equals(tags(other))) {
            return true;
        }
        List<Tag> tags = one.getTags();
        for (int i = 0; i < tags.size(); i++) {
            if (Math.abs(tags.get(i).getProbability() - other.getTags().get(i).getProbability())
                    > 0.99 * Published.TOLERANCE) {
                return true;
            }
        }
        return false;
    }

    private static String id(TestRecord<byte[], ?> output) {
        return new String(output.key(), StandardCharsets.UTF_8);
    }

    private TaggerSnapshot snapshot(Random random) {
        labelsOffset += 2;
        List<ZeroShotTagger> taggers = new ArrayList<>();
        taggers.add(tagger(random(random, "axes", null)));
        if (random.nextInt(3) == 0) {
            taggers.add(tagger(random(random, "extra", null)));
        }
        for (String alert : List.of("a", "b")) {
            if (random.nextInt(3) > 0) {
                AlertFilter filter = switch (random.nextInt(3)) {
                    case 0 -> new AlertFilter(Map.of("album", "summer"), Set.of(), Set.of(), Set.of());
                    case 1 -> new AlertFilter(Map.of(), Set.of("dog"), Set.of(), Set.of("tree"));
                    default -> AlertFilter.ALL;
                };
                taggers.add(tagger(random(random, alert, filter)));
            }
        }
        return new TaggerSnapshot(MODEL, new LabelsPosition("topic", labelsOffset), "axes", taggers);
    }

    private static LabelSet random(Random random, String name, @Nullable AlertFilter alert) {
        List<String> labels = new ArrayList<>(List.of("cat", "dog", "tree", "animal"));
        while (labels.size() > (alert == null ? 1 + random.nextInt(4) : 1)) {
            labels.remove(random.nextInt(labels.size()));
        }
        return set(name, "" + random.nextInt(1000), labels, 1 + random.nextInt(3), random.nextInt(4) / 8.0, alert);
    }

    private static LabelSet set(
            String name, String version, List<String> labels, int topK, double threshold, @Nullable AlertFilter alert) {
        return new LabelSet(
                name,
                version,
                "en",
                "en",
                alert == null ? LabelSet.Mode.EXCLUSIVE : LabelSet.Mode.MULTI,
                topK,
                threshold,
                List.of(),
                List.of("anything"),
                labels.stream()
                        .map(label -> Label.of(label, Map.of("en", label)))
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
