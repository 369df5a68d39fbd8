package dev.clipstream.label;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.label.LabelSetDiff.Change;
import dev.clipstream.label.LabelSetDiff.ChangedLabel;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class LabelSetDiffTest {
    private static final String BEFORE = """
            name: pets
            version: 1
            mode: multi
            threshold: 0.5
            templates: ["a {}."]
            backgroundPrompts: [nothing]
            labels:
              - cat
              - {id: dog, names: {en: dog}, aliases: [hound]}
              - {id: pet, names: {en: pet, zh: 宠物}, threshold: 0.6, prompts: [a pet.]}
            """;

    @Test
    void labelsAndFieldsAreCompared() throws LabelSetException {
        LabelSetDiff diff = LabelSetDiff.of(read(BEFORE), read("""
                name: pets
                version: 2
                mode: multi
                threshold: 0.4
                templates: ["a {}."]
                backgroundPrompts: [nothing, a wall]
                labels:
                  - bird
                  - {id: dog, names: {en: dog}, parent: pet}
                  - {id: pet, names: {en: pet, zh: 宠物}, threshold: 0.7, prompts: [a pet., a tame animal.]}
                """));

        assertThat(diff.fields())
                .containsExactly(
                        new Change("version", "1", "2"),
                        new Change("threshold", "0.5", "0.4"),
                        new Change("backgroundPrompts", "[nothing]", "[nothing, a wall]"));
        assertThat(diff.added()).containsExactly("bird");
        assertThat(diff.removed()).containsExactly("cat");
        assertThat(diff.changed())
                .containsExactly(
                        new ChangedLabel(
                                "dog",
                                List.of(new Change("aliases", "[hound]", null), new Change("parent", null, "pet"))),
                        new ChangedLabel(
                                "pet",
                                List.of(
                                        new Change("threshold", "0.6", "0.7"),
                                        new Change("prompts", "[a pet.]", "[a pet., a tame animal.]"))));
        assertThat(diff.newPrompts()).containsExactly("a bird.", "a tame animal.", "a wall");
        assertThat(diff.isEmpty()).isFalse();
    }

    @Test
    void aThresholdAloneNeedsNoNewVectors() throws LabelSetException {
        LabelSetDiff diff = LabelSetDiff.of(read(BEFORE), read(BEFORE.replace("0.5", "0.3")));

        assertThat(diff.fields()).containsExactly(new Change("threshold", "0.5", "0.3"));
        assertThat(diff.newPrompts()).isEmpty();
    }

    @Test
    void theOrderOfLabelsIsNoDifference() throws LabelSetException {
        String moved = BEFORE.replace("  - cat\n", "") + "  - cat\n";

        assertThat(LabelSetDiff.of(read(BEFORE), read(moved)).isEmpty()).isTrue();
    }

    private static LabelSet read(String yaml) throws LabelSetException {
        return LabelSetFile.read(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)), "f.yaml");
    }
}
