package dev.clipstream.runtime.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.clip.ModelException;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelSet;
import dev.clipstream.runtime.settings.Settings;
import dev.clipstream.runtime.settings.StartException;
import dev.clipstream.search.SearchException;
import dev.clipstream.tag.TaggerSnapshot;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchTaggersTest {
    private static final Settings SETTINGS = settings(Map.of());

    private static ClipModel own;
    private static ClipModel other;

    private static Settings settings(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(more);
        all.put("clipstream.model.path", "src/test/resources/models/random-tiny");
        all.put("clipstream.model.devices", "cpu");
        return Settings.of(all);
    }

    @BeforeAll
    static void openModels() throws Exception {
        own = Models.open(SETTINGS);
        other = Models.open(SETTINGS);
    }

    @AfterAll
    static void closeModels() {
        other.close();
        own.close();
    }

    @Test
    void theInstancesOwnModelSearchesWithTheTaggersOfTheInstance(@TempDir Path folder) throws Exception {
        InstanceLabels labels = open(folder, "1", "cat");
        Supplier<TaggerSnapshot> taggers = new SearchTaggers(own, Optional.of(labels), Optional.empty()).of(own);
        assertThat(taggers.get()).isSameAs(labels.tagger().current());

        labels.tagger().replace(snapshot(labels, "2", "dog"));

        assertThat(taggers.get()).isSameAs(labels.tagger().current());
    }

    @Test
    void anotherModelFollowsTheLabelSetsOfTheInstance(@TempDir Path folder) throws Exception {
        InstanceLabels labels = open(folder, "1", "cat");
        SearchTaggers search = new SearchTaggers(own, Optional.of(labels), Optional.empty());
        Supplier<TaggerSnapshot> taggers = search.of(other);
        TaggerSnapshot before = taggers.get();
        assertThat(before.labelSets()).containsExactly(labels("1", "cat"));
        assertThat(taggers.get()).isSameAs(before);

        labels.tagger().replace(snapshot(labels, "2", "dog"));

        assertThat(taggers.get().labelSets()).containsExactly(labels("2", "dog"));
        assertThat(search.sets().get()).containsExactly(labels("2", "dog"));
    }

    @Test
    void aModelWithoutAScaleFailsSearchesByLabelAlone() {
        ModelException cause = new ModelException("a scale", "none", "write one");
        Supplier<TaggerSnapshot> taggers = new SearchTaggers(own, Optional.empty(), Optional.of(cause)).of(own);

        assertThatThrownBy(taggers::get).isInstanceOf(SearchException.class).hasMessageContaining("write one");
    }

    private static InstanceLabels open(Path folder, String version, String label) throws Exception {
        Path file = Files.writeString(
                folder.resolve("labels.yaml"),
                "{name: animals, version: '" + version + "', topK: 1, threshold: 0, templates: [], labels: [" + label
                        + ", bird]}");
        Settings settings = settings(
                Map.of("clipstream.tagging.labels", file.toString(), "clipstream.kafka.state.dir", folder.toString()));
        return InstanceLabels.open(Instance.of(settings, new SimpleMeterRegistry(), Clock.systemUTC(), own), folder);
    }

    private static TaggerSnapshot snapshot(InstanceLabels labels, String version, String label) throws StartException {
        return TaggerSnapshot.of(Taggers.create(labels(version, label), labels.taggers()));
    }

    private static LabelSet labels(String version, String label) {
        return new LabelSet(
                "animals",
                version,
                "en",
                "en",
                LabelSet.Mode.EXCLUSIVE,
                1,
                0,
                List.of(),
                List.of(),
                List.of(Label.of(label, Map.of("en", label)), Label.of("bird", Map.of("en", "bird"))));
    }
}
