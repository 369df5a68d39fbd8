package dev.clipstream.runtime.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.LabelSetFile;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PromptLanguagesTest {
    private static final ModelIdentity ENGLISH = model("openai/clip-vit-base-patch32@main");
    private static final ModelIdentity CHINESE = model("OFA-Sys/chinese-clip-vit-base-patch16");
    private static final ModelIdentity BUNDLED = model("clipstream-tiny");
    private static final ModelIdentity UNKNOWN = model("my-own");
    private static final LabelSet EVERYDAY = LabelSetFile.everyday();

    @Test
    void promptsInALanguageThatTheModelReadsAreFine() {
        assertThat(PromptLanguages.problem(EVERYDAY, ENGLISH)).isEmpty();
        assertThat(PromptLanguages.problem(EVERYDAY.in("zh", "en"), ENGLISH))
                .as("the displayed language is another matter")
                .isEmpty();
        assertThat(PromptLanguages.problem(EVERYDAY.in("zh", "zh"), CHINESE)).isEmpty();
        assertThat(PromptLanguages.problem(EVERYDAY.in("zh", "zh"), UNKNOWN)).isEmpty();
    }

    @Test
    void promptsInAnotherLanguageAreReported() {
        assertThat(PromptLanguages.problem(EVERYDAY.in("zh", "zh"), ENGLISH).orElseThrow())
                .startsWith("promptLanguage: Expected a language that the model openai/clip-vit-base-patch32@main reads"
                        + " (en), found 'zh'.");
        assertThat(PromptLanguages.problem(EVERYDAY.in("zh", "zh"), BUNDLED)).isPresent();
        assertThat(PromptLanguages.problem(EVERYDAY, CHINESE).orElseThrow()).contains("reads (zh), found 'en'");
    }

    @Test
    void aPromptInAnotherScriptIsReportedWhateverTheSetSays() {
        LabelSet mixed = new LabelSet(
                "mixed",
                "1",
                "en",
                LabelSet.Mode.EXCLUSIVE,
                1,
                0,
                List.of(),
                List.of(),
                List.of(
                        Label.of("café", Map.of("en", "a café, 5 €")),
                        new Label("cat", Map.of("en", "cat"), List.of("кошка"), null, null)));

        assertThat(PromptLanguages.problem(mixed, ENGLISH).orElseThrow()).contains("found 'кошка' of the label 'cat'");
        assertThat(PromptLanguages.problem(mixed, UNKNOWN)).isEmpty();
    }

    private static ModelIdentity model(String id) {
        return new ModelIdentity(id, "ab".repeat(32), 4);
    }
}
