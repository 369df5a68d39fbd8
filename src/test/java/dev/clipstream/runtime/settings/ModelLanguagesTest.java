package dev.clipstream.runtime.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.LabelSetFile;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelLanguagesTest {
    private static final ModelIdentity ENGLISH = model("openai/clip-vit-base-patch32");

    @Test
    void aModelThatReadsOnlyEnglishIsRefusedPromptsInAnotherLanguage() {
        LabelSet chinese = LabelSetFile.everyday().in("zh", "zh");

        assertThat(ModelLanguages.refusal(chinese, ENGLISH))
                .hasValue(
                        "promptLanguage: Expected a language that the model openai/clip-vit-base-patch32 reads, found zh;"
                                + " it reads only en. Write names and prompts in en and set promptLanguage to en, or use a model"
                                + " that reads zh.");
        assertThat(ModelLanguages.warning(chinese, ENGLISH)).isEmpty();
        assertThat(ModelLanguages.refusal(LabelSetFile.everyday().in("zh", "en"), ENGLISH))
                .as("the displayed language is any")
                .isEmpty();
    }

    /// @param model  as in the catalogue, or another name
    /// @param answer whether its prompts in a language are refused, cause a warning, or neither
    @ParameterizedTest
    @CsvSource(textBlock = """
            openai/clip-vit-base-patch32,             en, -
            openai/clip-vit-base-patch32,             en-GB, -
            openai/clip-vit-base-patch32@abc#fp16,    fr, refused
            google/siglip-base-patch16-224,           de, refused
            google/siglip2-base-patch16-224,          zh, -
            google/siglip2-base-patch16-224,          sw, -
            OFA-Sys/chinese-clip-vit-base-patch16,    zh, -
            OFA-Sys/chinese-clip-vit-base-patch16,    zh-Hant, -
            OFA-Sys/chinese-clip-vit-base-patch16,    en, warned
            OFA-Sys/chinese-clip-vit-base-patch16,    fr, refused
            clipstream-tiny,                          en, -
            clipstream-tiny,                          zh, -
            clipstream-tiny,                          fr, refused
            my-own-model,                             en, -
            my-own-model,                             fr, warned
            """)
    void whatIsNotKnownIsNotRefused(String model, String language, String answer) {
        // given
        LabelSet prompted = new LabelSet(
                "s",
                "1",
                language,
                LabelSet.Mode.EXCLUSIVE,
                1,
                0,
                List.of(),
                List.of(),
                List.of(Label.of("a", Map.of(language, "a"))));

        // then
        assertThat(ModelLanguages.refusal(prompted, model(model)).isPresent()).isEqualTo(answer.equals("refused"));
        assertThat(ModelLanguages.warning(prompted, model(model)).isPresent()).isEqualTo(answer.equals("warned"));
    }

    private static ModelIdentity model(String id) {
        return new ModelIdentity(id, "ab".repeat(32), 8);
    }
}
