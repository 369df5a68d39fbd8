package dev.clipstream.tag;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.label.Label;
import dev.clipstream.label.LabelSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AncestorsTest {
    private static final Ancestors ANCESTORS = new Ancestors(new LabelSet(
            "zoo",
            "1",
            "de",
            "en",
            LabelSet.Mode.MULTI,
            3,
            0.5,
            List.of("a {}"),
            List.of(),
            List.of(
                    label("puppy", "dog"),
                    label("dog", "pet"),
                    label("cat", "pet"),
                    label("pet", "animal"),
                    label("animal", null),
                    label("car", null))));

    @Test
    void aTagBringsAllItsAncestorsWithItsOwnScoresNearestFirst() {
        assertThat(ANCESTORS.with(List.of(scored("puppy", 0.9), scored("car", 0.6))))
                .containsExactly(
                        scored("puppy", 0.9),
                        scored("car", 0.6),
                        brought("dog", 0.9, "puppy"),
                        brought("pet", 0.9, "puppy"),
                        brought("animal", 0.9, "puppy"));
    }

    @Test
    void theMostProbableTagBringsACommonAncestorAndOfEqualOnesTheFirst() {
        assertThat(ANCESTORS.with(List.of(scored("cat", 0.7), scored("dog", 0.8))))
                .containsExactly(
                        scored("cat", 0.7),
                        scored("dog", 0.8),
                        brought("pet", 0.8, "dog"),
                        brought("animal", 0.8, "dog"));
        assertThat(ANCESTORS.with(List.of(scored("cat", 0.7), scored("dog", 0.7))))
                .endsWith(brought("pet", 0.7, "cat"), brought("animal", 0.7, "cat"));
    }

    @Test
    void anAncestorThatReachedItsThresholdKeepsAHigherProbability() {
        assertThat(ANCESTORS.with(List.of(scored("animal", 0.9), scored("dog", 0.6))))
                .containsExactly(scored("animal", 0.9), scored("dog", 0.6), brought("pet", 0.6, "dog"));
    }

    @Test
    void anAncestorThatReachedItsThresholdTakesAHigherProbabilityAndStaysOneTag() {
        assertThat(ANCESTORS.with(List.of(scored("dog", 0.9), scored("pet", 0.6), scored("puppy", 0.95))))
                .containsExactly(
                        scored("puppy", 0.95),
                        brought("dog", 0.95, "puppy"),
                        brought("pet", 0.95, "puppy"),
                        brought("animal", 0.95, "puppy"));
    }

    @Test
    void tagsWithoutParentsStayAsTheyAre() {
        List<ScoredLabel> tags = List.of(scored("car", 0.9), scored("animal", 0.6));

        assertThat(ANCESTORS.with(tags)).isEqualTo(tags);
        assertThat(ANCESTORS.with(List.of())).isEmpty();
    }

    @Test
    void noAncestorIsLessProbableThanATagBelowItAndNoLabelHasTwoTags() {
        Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            // given: random tags
            List<String> ids = new ArrayList<>(List.of("puppy", "dog", "cat", "pet", "animal", "car"));
            Collections.shuffle(ids, random);
            List<ScoredLabel> tags = ids.subList(0, 1 + random.nextInt(ids.size())).stream()
                    .map(id -> scored(id, random.nextInt(11) / 10.0))
                    .toList();

            // when
            List<ScoredLabel> with = ANCESTORS.with(tags);

            // then
            assertThat(with).extracting(ScoredLabel::labelId).doesNotHaveDuplicates();
            assertThat(with.stream().map(ScoredLabel::labelId))
                    .containsAll(tags.stream().map(ScoredLabel::labelId).toList());
            if (probability(with, "dog") >= 0) {
                assertThat(probability(with, "animal")).isGreaterThanOrEqualTo(probability(with, "dog"));
            }
            assertThat(probability(with, "dog")).isGreaterThanOrEqualTo(probability(with, "puppy"));
        }
    }

    private static double probability(List<ScoredLabel> tags, String id) {
        return tags.stream()
                .filter(tag -> tag.labelId().equals(id))
                .mapToDouble(ScoredLabel::probability)
                .findFirst()
                .orElse(-1);
    }

    private static Label label(String id, @Nullable String parent) {
        return new Label(id, Map.of("en", id, "de", "de " + id), List.of(), null, parent);
    }

    private static ScoredLabel scored(String id, double probability) {
        return new ScoredLabel(id, "de " + id, probability, probability / 2);
    }

    private static ScoredLabel brought(String id, double probability, String from) {
        return new ScoredLabel(id, "de " + id, probability, probability / 2, from);
    }
}
