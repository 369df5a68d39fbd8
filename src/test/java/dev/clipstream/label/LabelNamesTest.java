package dev.clipstream.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelNamesTest {
    private static final LabelNames NAMES = new LabelNames(List.of(
            set("things", label("television", "TV", "tv set"), label("dog", "hound")),
            set("team", label("TV"), label("puppy", "hound", "pup"))));

    @ParameterizedTest
    @CsvSource({
        "television, television",
        "tv set, television",
        "TV, TV", // an id of another set
        "hound, dog", // an alias in both sets
        "pup, puppy",
        "unknown, unknown"
    })
    void aWordIsAnIdOrElseAnAliasInTheFirstSetThatHasIt(String word, String id) {
        assertThat(NAMES.id(word)).isEqualTo(id);
    }

    @ParameterizedTest
    @CsvSource({
        "zh, 电视",
        "zh-CN, 电视",
        "'fr-CH, zh-TW;q=0.8, en;q=0.5', 电视",
        "'de;q=0.1, en', television",
        "'zh;q=0, en', television",
        "pt-BR, televisão",
        "pt, ",
        "xx, "
    })
    void aLabelIsNamedInTheFirstLanguageThatItHasANameIn(String languages, String name) {
        assertThat(NAMES.name("things", "television", LabelNames.languages(languages)))
                .isEqualTo(Optional.ofNullable(name));
    }

    @Test
    void aLabelThatIsGoneHasNoName() {
        assertThat(NAMES.name("things", "cat", LabelNames.languages("en"))).isEmpty();
        assertThat(NAMES.name("none", "dog", LabelNames.languages("en"))).isEmpty();
        assertThatThrownBy(() -> LabelNames.languages("en_US!")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theBundledSetsHaveParentsNamesInTwoLanguagesAndNoSharedWords() {
        LabelSet moderation = LabelSetFile.bundled("moderation");

        assertThat(LabelSetFile.BUNDLED).containsExactly("everyday", "moderation");
        assertThat(moderation.name()).isEqualTo("moderation");
        assertThat(moderation.mode()).isEqualTo(LabelSet.Mode.MULTI);
        assertThat(moderation.labels()).hasSizeGreaterThan(35).allSatisfy(label -> {
            assertThat(label.names().keySet()).containsExactlyInAnyOrder("en", "zh");
            if (label.parent() != null) {
                assertThat(moderation.labels().stream()
                                .filter(parent -> parent.id().equals(label.parent()))
                                .findFirst()
                                .orElseThrow()
                                .parent())
                        .as("two levels: " + label.id())
                        .isNull();
            }
        });
        assertThat(moderation.in("zh", "zh").labels()).hasSameSizeAs(moderation.labels());
        assertThat(new LabelNames(List.of(LabelSetFile.everyday())).id("TV")).isEqualTo("television");
    }

    private static LabelSet set(String name, Label... labels) {
        return new LabelSet(name, "1", "en", LabelSet.Mode.MULTI, 1, 0, List.of(), List.of(), List.of(labels));
    }

    private static Label label(String id, String... aliases) {
        return new Label(
                id,
                Map.of("en", id, "zh", "电视", "pt-BR", "televisão"),
                List.of(),
                null,
                null,
                List.of(aliases),
                null,
                List.of(),
                0);
    }
}
