package dev.clipstream.runtime.kafka.labels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.clip.Scoring;
import dev.clipstream.clip.TextEncoder;
import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.LabelDefinition;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.LabelSetRecords;
import dev.clipstream.tag.LabelsPosition;
import dev.clipstream.tag.ZeroShotTagger;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicLabelsTest {
    private static final ModelIdentity MODEL = new ModelIdentity("model", "ab".repeat(32), 3);
    private static final Instant AT = Instant.parse("2026-12-01T12:00:00Z");

    @TempDir
    private Path folder;

    private final List<String> encoded = new ArrayList<>();
    private final LabelTaggers taggers = new LabelTaggers(
            new TextEncoder() {
                @Override
                public List<Embedding> encode(List<String> texts) {
                    encoded.addAll(texts);
                    return texts.stream()
                            .map(text -> Embedding.normalize(new float[] {1, text.length(), text.hashCode() % 97}))
                            .toList();
                }

                @Override
                public boolean cuts(String text) {
                    return text.length() > 20;
                }
            },
            new Scoring(Scoring.Kind.SOFTMAX, 100, 0),
            MODEL);
    private long offset;

    @Test
    void theTopicsSetReplacesTheConfiguredOneUntilItIsRemoved() {
        TopicLabels labels = labels(Optional.of(set("animals", "configured", "cat", "dog")));
        labels.restart("t", List.of(record(set("animals", "2", "cow", "pig")), record(set("cars", "1", "bus", "van"))));
        assertThat(versions(labels)).containsExactly("animals 2", "cars 1");

        labels.accept(List.of(tombstone("animals"), tombstone("cars")));

        assertThat(versions(labels)).containsExactly("animals configured");
    }

    @Test
    void aRefusedSetKeepsItsLastGoodVersion() {
        // given
        TopicLabels labels = labels(Optional.empty());
        labels.restart("t", List.of(record(set("animals", "1", "cat", "dog"))));

        // when
        labels.accept(List.of(record(set("animals", "2", "cat", "a prompt that is far too long"))));

        // then
        assertThat(versions(labels)).containsExactly("animals 1");
        assertThat(labels.refusals()).isEqualTo(1);
        LabelSetState state = labels.states().getFirst();
        assertThat(state.applied().orElseThrow().version()).isEqualTo("1");
        assertThat(state.refusal().orElseThrow().version()).contains("2");
        assertThat(state.refusal().orElseThrow().message()).contains("which is cut: 'a prompt that is far");

        // when
        labels.accept(List.of(record(set("animals", "3", "cat", "cow"))));

        // then
        assertThat(versions(labels)).containsExactly("animals 3");
        assertThat(labels.refusals()).isZero();
    }

    @Test
    void everyKindOfBadRecordIsRefused() {
        TopicLabels labels = labels(Optional.empty());
        dev.clipstream.event.LabelSet valid = LabelSetRecords.of(set("cycle", "1", "cat", "dog"));
        dev.clipstream.event.LabelSet cycle = dev.clipstream.event.LabelSet.newBuilder(valid)
                .setLabels(List.of(
                        LabelDefinition.newBuilder(valid.getLabels().get(0))
                                .setParent("dog")
                                .build(),
                        LabelDefinition.newBuilder(valid.getLabels().get(1))
                                .setParent("cat")
                                .build()))
                .build();

        labels.restart(
                "t",
                List.of(
                        record("bytes", new byte[] {1, 2, 3}),
                        record("cycle", AvroSerde.labels().write(cycle)),
                        record("key", bytes(set("other", "1", "cat", "dog"))),
                        record("long", bytes(set("long", "1", "cat", "a prompt that is far too long"))),
                        record("same", bytes(sameVectors())),
                        record(null, bytes(set("none", "1", "cat", "dog"))),
                        record(null, null)));

        assertThat(versions(labels)).isEmpty();
        assertThat(labels.states())
                .extracting(state -> state.name() + ": "
                        + state.refusal()
                                .orElseThrow()
                                .message()
                                .lines()
                                .findFirst()
                                .orElseThrow())
                .satisfiesExactly(
                        none -> assertThat(none).startsWith(": Expected the name of a label set as the record's key"),
                        bytes -> assertThat(bytes).startsWith("bytes: Expected Avro's single-object encoding"),
                        cyclic -> assertThat(cyclic).contains("found the cycle cat → dog → cat"),
                        key -> assertThat(key)
                                .startsWith("key: Expected the set's name 'other' as the record's key, found 'key'"),
                        cut -> assertThat(cut).contains("Shorten it."),
                        same -> assertThat(same).contains("found one that 'cat', 'cat2' share"));
    }

    @Test
    void onlyTheNewestValidVersionIsEncoded() {
        TopicLabels labels = labels(Optional.empty());

        labels.restart(
                "t",
                List.of(
                        record(set("animals", "1", "cat", "dog")),
                        record(set("animals", "2", "cow", "pig")),
                        record("animals", new byte[] {7})));

        assertThat(versions(labels)).containsExactly("animals 2");
        assertThat(encoded).containsExactly("cow", "pig");
    }

    @Test
    void onlyNewPromptsAreEncoded() {
        TopicLabels labels = labels(Optional.empty());
        labels.restart("t", List.of(record(set("animals", "1", "cat", "dog"))));

        labels.accept(List.of(record(set("animals", "2", "cat", "dog", "cow"))));

        assertThat(encoded).containsExactly("cat", "dog", "cow");
    }

    @Test
    void aRestartedInstanceHasTheLastGoodVersionThatCompactionRemoved() {
        // given
        labels(Optional.empty()).restart("t", List.of(record(set("animals", "1", "cat", "dog"))));
        TopicLabels restarted = labels(Optional.empty());

        // when
        restarted.restart("t", List.of(record("animals", new byte[] {7})));

        // then
        assertThat(versions(restarted)).containsExactly("animals 1");
        assertThat(restarted.refusals()).isEqualTo(1);

        // when: another topic
        TopicLabels elsewhere = labels(Optional.empty());
        elsewhere.restart("u", List.of(record("animals", new byte[] {7})));

        // then
        assertThat(versions(elsewhere)).isEmpty();
    }

    @Test
    void aTopicThatWasCreatedAgainReplacesEverything() {
        TopicLabels labels = labels(Optional.empty());
        labels.restart("t", List.of(record(set("animals", "1", "cat", "dog")), record("cars", new byte[] {7})));

        labels.restart("u", List.of(record(set("plants", "1", "oak", "fir"))));

        assertThat(versions(labels)).containsExactly("plants 1");
        assertThat(labels.refusals()).isZero();
    }

    private TopicLabels labels(Optional<LabelSet> configured) {
        Optional<ZeroShotTagger> tagger = configured.map(
                set -> ZeroShotTagger.create(set, taggers.encoder(), taggers.scoring(), taggers.model()));
        return new TopicLabels(taggers, tagger, folder);
    }

    private static List<String> versions(TopicLabels labels) {
        return labels.snapshot(LabelsPosition.NONE).labelSets().stream()
                .map(set -> set.name() + " " + set.version())
                .toList();
    }

    private LabelRecord record(LabelSet set) {
        return record(set.name(), bytes(set));
    }

    private LabelRecord tombstone(String name) {
        return record(name, null);
    }

    private LabelRecord record(@Nullable String key, byte @Nullable [] value) {
        return new LabelRecord(key, value, offset++, AT);
    }

    private static byte[] bytes(LabelSet set) {
        return AvroSerde.labels().write(LabelSetRecords.of(set));
    }

    private static LabelSet sameVectors() {
        return new LabelSet(
                "same",
                "1",
                "en",
                LabelSet.Mode.EXCLUSIVE,
                1,
                0,
                List.of(),
                List.of(),
                List.of(
                        Label.of("cat", Map.of("en", "cat")),
                        new Label("cat2", Map.of("en", "cat"), List.of("cat"), null, null)));
    }

    private static LabelSet set(String name, String version, String... labels) {
        return new LabelSet(
                name,
                version,
                "en",
                LabelSet.Mode.EXCLUSIVE,
                1,
                0,
                List.of(),
                List.of(),
                Stream.of(labels)
                        .map(label -> Label.of(label, Map.of("en", label)))
                        .toList());
    }
}
