package dev.clipstream.tag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.clip.Scoring;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LiveTaggerTest {
    @Test
    void theReplacementIsTheTaggerInUse() {
        // given
        TaggerSnapshot initial = tagger("1", "ab".repeat(32));
        TaggerSnapshot changed = tagger("2", "ab".repeat(32));
        LiveTagger live = new LiveTagger(initial);
        assertThat(live.current()).isSameAs(initial);

        // when
        live.replace(changed);

        // then
        assertThat(live.current()).isSameAs(changed);
    }

    @Test
    void aTaggerOfAnotherModelIsRefused() {
        // given
        TaggerSnapshot initial = tagger("1", "ab".repeat(32));
        LiveTagger live = new LiveTagger(initial);

        // when, then
        assertThatThrownBy(() -> live.replace(tagger("2", "cd".repeat(32))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ab".repeat(32))
                .hasMessageContaining("cd".repeat(32));
        assertThat(live.current()).isSameAs(initial);
    }

    private static TaggerSnapshot tagger(String version, String fingerprint) {
        LabelSet labels = new LabelSet(
                "animals",
                version,
                "en",
                "en",
                LabelSet.Mode.EXCLUSIVE,
                1,
                0,
                List.of(),
                List.of(),
                List.of(Label.of("cat", Map.of("en", "cat")), Label.of("dog", Map.of("en", "dog"))));
        return TaggerSnapshot.of(ZeroShotTagger.create(
                labels,
                new SpokenVectors(2),
                new Scoring(Scoring.Kind.SOFTMAX, 100, 0),
                new ModelIdentity("test", fingerprint, 2)));
    }
}
