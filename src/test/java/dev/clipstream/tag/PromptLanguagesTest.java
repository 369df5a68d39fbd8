package dev.clipstream.tag;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.clip.Scoring;
import dev.clipstream.label.AlertFilter;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.LabelSetFile;
import dev.clipstream.label.StandingQuery;
import dev.clipstream.label.StandingQuery.Picture;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptLanguagesTest {
    private static final ModelIdentity ENGLISH = model("openai/clip-vit-base-patch32");
    private static final Scoring CLIP = new Scoring(Scoring.Kind.SOFTMAX, 100, 0);

    @Test
    void aModelThatReadsOnlyEnglishIsRefusedPromptsInAnotherLanguage() {
        LabelSet chinese = LabelSetFile.everyday().in("zh", "zh");

        assertThat(PromptLanguages.refusal(chinese, ENGLISH))
                .hasValue("promptLanguage: Expected a language that the model openai/clip-vit-base-patch32 reads (en),"
                        + " found 'zh'. Write names and prompts in en and set promptLanguage to en, or use a model that"
                        + " reads yours; language alone decides what is displayed.");
        assertThat(PromptLanguages.warning(chinese, ENGLISH)).isEmpty();
        assertThat(PromptLanguages.refusal(LabelSetFile.everyday().in("zh", "en"), ENGLISH))
                .as("the displayed language is any")
                .isEmpty();
    }

    /// @param model  as in the catalogue, or another name
    /// @param prompt of the only label
    /// @param answer whether its prompts in a language are refused, cause a warning, or neither
    @ParameterizedTest
    @CsvSource(textBlock = """
            openai/clip-vit-base-patch32,             en, cat, -
            openai/clip-vit-base-patch32,             en-GB, 'café, 5 €', -
            openai/clip-vit-base-patch32,             en, кошка, refused
            openai/clip-vit-base-patch32,             en, 猫, refused
            openai/clip-vit-base-patch32@abc#fp16,    fr, chat, refused
            google/siglip-base-patch16-224,           de, Katze, refused
            google/siglip2-base-patch16-224,          zh, 猫, -
            google/siglip2-base-patch16-224,          sw, paka, -
            google/siglip2-base-patch16-224,          en, кошка, -
            OFA-Sys/chinese-clip-vit-base-patch16,    zh, 猫, -
            OFA-Sys/chinese-clip-vit-base-patch16,    zh-Hant, 貓, -
            OFA-Sys/chinese-clip-vit-base-patch16,    zh, T恤, -
            OFA-Sys/chinese-clip-vit-base-patch16,    en, cat, warned
            OFA-Sys/chinese-clip-vit-base-patch16,    fr, chat, refused
            clipstream-tiny,                          en, cat, -
            clipstream-tiny,                          zh, 猫, -
            clipstream-tiny,                          en, кошка, refused
            clipstream-tiny,                          fr, chat, refused
            my-own-model,                             en, cat, -
            my-own-model,                             en, кошка, -
            my-own-model,                             fr, chat, warned
            """)
    void whatIsNotKnownIsNotRefused(String model, String language, String prompt, String answer) {
        LabelSet prompted = prompted(language, prompt);

        assertThat(PromptLanguages.refusal(prompted, model(model)).isPresent()).isEqualTo(answer.equals("refused"));
        assertThat(PromptLanguages.warning(prompted, model(model)).isPresent()).isEqualTo(answer.equals("warned"));
    }

    @Test
    void aPromptInAnotherScriptIsNamed() {
        assertThat(PromptLanguages.refusal(prompted("en", "кошка"), ENGLISH).orElseThrow())
                .contains("found 'кошка' of the label 'a'");
    }

    @Test
    void aTaggerReportsTheLanguageOfItsPrompts() {
        // given
        LabelSet chinese = prompted("zh", "猫");

        // when
        ZeroShotTagger refused = ZeroShotTagger.create(chinese, new SpokenVectors(4), CLIP, ENGLISH);
        ZeroShotTagger unknown = ZeroShotTagger.create(chinese, new SpokenVectors(4), CLIP, model("my-own-model"));

        // then
        assertThat(refused.faults()).singleElement().asString().startsWith("promptLanguage: ");
        assertThat(refused.warnings()).isEqualTo(refused.faults());
        assertThat(unknown.faults()).isEmpty();
        assertThat(unknown.warnings()).singleElement().asString().contains("whose languages are not known");
    }

    @Test
    void aStandingQueryForAPictureMayHaveANameInAnyLanguage() {
        Picture picture =
                new Picture("gate.jpg", Embedding.normalize(new float[] {1, 0}), ENGLISH.fingerprint(), 0.8, 100);
        LabelSet query = new StandingQuery("大门", "zh", null, List.of(), picture, 0.5, AlertFilter.ALL).labelSet();

        assertThat(PromptLanguages.refusal(query, ENGLISH)).isEmpty();
        assertThat(PromptLanguages.warning(query, model("my-own-model"))).isEmpty();
    }

    private static LabelSet prompted(String language, String prompt) {
        return new LabelSet(
                "s",
                "1",
                language,
                LabelSet.Mode.MULTI,
                1,
                0,
                List.of(),
                List.of(),
                List.of(Label.of("a", Map.of(language, prompt))));
    }

    private static ModelIdentity model(String id) {
        return new ModelIdentity(id, "ab".repeat(32), 4);
    }
}
