package dev.clipstream.clip.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Suggestions from the bundled catalogue.
class ModelWishTest {
    private static final Catalogue CATALOGUE = Catalogue.bundled();

    @Test
    void chineseOnACpuLeadsToChineseClip() {
        List<ModelSuggestion> suggestions = wish("zh", Speed.MEDIUM).suggest(CATALOGUE);

        assertThat(suggestions.getFirst().reference()).isEqualTo("OFA-Sys/chinese-clip-vit-base-patch16");
        assertThat(suggestions.getFirst().export().repository()).isEqualTo("Xenova/chinese-clip-vit-base-patch16");
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "zh", "de", "ja", "ar"})
    void eachFurtherModelIsTwiceAsFastAndNoneIsMuchWorse(String language) {
        List<ModelSuggestion> suggestions = wish(language, Speed.VERY_SLOW).suggest(CATALOGUE);

        assertThat(suggestions).hasSizeBetween(2, 7);
        for (int i = 1; i < suggestions.size(); i++) {
            assertThat(2 * gflop(suggestions.get(i))).isLessThanOrEqualTo(gflop(suggestions.get(i - 1)));
            assertThat(suggestions.get(i).quality())
                    .isBetween(
                            0.8 * suggestions.getFirst().quality(),
                            suggestions.get(i - 1).quality());
        }
    }

    @Test
    void onlyModelsThatAPullServesAreSuggested() {
        assertThat(wish("en", Speed.VERY_SLOW).suggest(CATALOGUE))
                .allMatch(suggestion -> suggestion.model().unsupported().isEmpty()
                        && suggestion.model().exports().contains(suggestion.export()));
    }

    @Test
    void theSpeedIsALimit() {
        assertThat(wish("en", Speed.FAST).suggest(CATALOGUE))
                .isNotEmpty()
                .allMatch(suggestion -> suggestion.model().speed().orElseThrow() == Speed.FAST);
    }

    @Test
    void commercialUseLeavesOutOtherLicences() {
        ModelWish wish = new ModelWish("ar", Speed.VERY_SLOW, Optional.empty(), true);

        assertThat(wish("ar", Speed.VERY_SLOW)
                        .suggest(CATALOGUE)
                        .getFirst()
                        .model()
                        .licence())
                .isEqualTo("CC-BY-NC");
        assertThat(wish.suggest(CATALOGUE))
                .isNotEmpty()
                .allMatch(suggestion -> suggestion.model().commercial());
    }

    @Test
    void smallerWeightsAreChosenWhereTheFirstDoNotFit() {
        ModelWish wish = new ModelWish("zh", Speed.SLOW, Optional.of(500), false);

        ModelSuggestion best = wish.suggest(CATALOGUE).getFirst();

        assertThat(best.reference()).isEqualTo("OFA-Sys/chinese-clip-vit-large-patch14#quantized");
        assertThat(best.size()).contains(new Size(412, false));
    }

    @Test
    void aLanguageWithoutFiguresHasNoSuggestion() {
        assertThat(wish("tlh", Speed.VERY_SLOW).suggest(CATALOGUE)).isEmpty();
    }

    private static ModelWish wish(String language, Speed slowest) {
        return new ModelWish(language, slowest, Optional.empty(), false);
    }

    private static double gflop(ModelSuggestion suggestion) {
        return suggestion.model().imageGflop().orElseThrow();
    }
}
