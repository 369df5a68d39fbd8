package dev.clipstream.runtime.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelSet;
import dev.clipstream.runtime.settings.Settings;
import dev.clipstream.runtime.settings.StartException;
import dev.clipstream.search.SearchException;
import dev.clipstream.tag.LiveTagger;
import dev.clipstream.tag.TaggerSnapshot;
import dev.clipstream.tag.ZeroShotTagger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

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
    void theInstancesOwnModelSearchesWithTheTaggerOfTheTopology() throws StartException {
        LiveTagger live = new LiveTagger(TaggerSnapshot.of(Taggers.create(labels("1", "cat"), own)));
        Supplier<ZeroShotTagger> tagger = new SearchTaggers(SETTINGS, own, Optional.of(live)).of(own);
        assertThat(tagger.get()).isSameAs(live.current().primary().orElseThrow());

        live.replace(TaggerSnapshot.of(Taggers.create(labels("2", "dog"), own)));

        assertThat(tagger.get()).isSameAs(live.current().primary().orElseThrow());
    }

    @Test
    void anotherModelFollowsTheLabelSetOfTheTopology() throws StartException {
        LiveTagger live = new LiveTagger(TaggerSnapshot.of(Taggers.create(labels("1", "cat"), own)));
        Supplier<ZeroShotTagger> tagger = new SearchTaggers(SETTINGS, own, Optional.of(live)).of(other);
        ZeroShotTagger before = tagger.get();
        assertThat(before.labelSet()).isEqualTo(labels("1", "cat"));
        assertThat(tagger.get()).isSameAs(before);

        live.replace(TaggerSnapshot.of(Taggers.create(labels("2", "dog"), own)));

        assertThat(tagger.get().labelSet()).isEqualTo(labels("2", "dog"));
    }

    @Test
    void anInstanceThatDoesNotTagSearchesWithTheLabelSetOfTheSettings() throws StartException {
        Supplier<ZeroShotTagger> tagger = new SearchTaggers(SETTINGS, own, Optional.empty()).of(own);

        assertThat(tagger.get().labelSet().name()).isEqualTo("everyday");
        assertThat(tagger.get()).isSameAs(tagger.get());
    }

    @Test
    void aLabelSetThatCannotBeReadFailsTheSearchAlone() {
        Settings settings = settings(Map.of("clipstream.tagging.labels", "missing.yaml"));
        Supplier<ZeroShotTagger> tagger = new SearchTaggers(settings, own, Optional.empty()).of(own);

        assertThatThrownBy(tagger::get).isInstanceOf(SearchException.class).hasMessageContaining("missing.yaml");
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
