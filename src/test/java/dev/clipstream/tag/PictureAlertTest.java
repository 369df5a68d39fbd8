package dev.clipstream.tag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.clip.Scoring;
import dev.clipstream.label.AlertFilter;
import dev.clipstream.label.StandingQuery;
import dev.clipstream.label.StandingQuery.Picture;
import java.util.List;
import org.junit.jupiter.api.Test;

class PictureAlertTest {
    @Test
    void aPictureMatchesWhatIsNearIt() {
        // given
        ModelIdentity model = new ModelIdentity("m", "ab".repeat(32), 2);
        Picture picture =
                new Picture("gate.jpg", Embedding.normalize(new float[] {1, 0}), model.fingerprint(), 0.8, 100);
        StandingQuery query = new StandingQuery("gate", "en", null, List.of(), picture, 0.5, AlertFilter.ALL);

        // when
        ZeroShotTagger tagger = ZeroShotTagger.create(
                query.labelSet(), new SpokenVectors(2), new Scoring(Scoring.Kind.SOFTMAX, 100, 0), model);

        // then
        assertThat(tagger.warnings()).isEmpty();
        assertThat(tagger.tag(Embedding.normalize(new float[] {0.79f, 0.6131f})))
                .isEmpty();
        assertThat(tagger.tag(Embedding.normalize(new float[] {0.82f, 0.5724f})))
                .singleElement()
                .satisfies(match -> {
                    assertThat(match.cosine()).isCloseTo(0.82, within(1e-4));
                    assertThat(match.probability()).isCloseTo(1 / (1 + Math.exp(-2)), within(1e-3));
                });
    }
}
