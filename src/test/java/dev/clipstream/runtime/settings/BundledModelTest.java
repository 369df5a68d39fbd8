package dev.clipstream.runtime.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.clip.hub.Catalogue;
import dev.clipstream.clip.hub.KnownModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What users are told of the bundled model, and the labels of other models.
class BundledModelTest {
    @ParameterizedTest
    @ValueSource(strings = {"en", "zh"})
    void theModelForPhotographsCanBePulledAndKnowsTheLanguage(String language) {
        String command = BundledModel.commandForPhotographs("demo", language);

        KnownModel model = Catalogue.bundled()
                .find(command.replaceFirst("\\./clipstream demo --model ", ""))
                .orElseThrow();
        assertThat(model.languages()).contains(language);
        assertThat(model.exports()).isNotEmpty();
        assertThat(model.commercial()).isTrue();
    }

    @Test
    void theBundledModelIsRecognisedBeforeAndAfterItIsOpened() {
        assertThat(BundledModel.isNamedBy("")).isTrue();
        assertThat(BundledModel.isNamedBy("./models/clipstream-tiny")).isTrue();
        assertThat(BundledModel.isNamedBy("openai/clip-vit-base-patch32")).isFalse();
        assertThat(BundledModel.is(identity("clipstream-tiny"))).isTrue();
        assertThat(BundledModel.is(identity("openai/clip-vit-base-patch32"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "clipstream-tiny, en",
        "openai/clip-vit-base-patch32, en",
        "google/siglip2-base-patch16-224, en",
        "my-model, en",
        "OFA-Sys/chinese-clip-vit-base-patch16, zh",
        "OFA-Sys/chinese-clip-vit-base-patch16#fp16, zh",
        "Xenova/chinese-clip-vit-large-patch14, zh"
    })
    void theDefaultLabelsHaveTheLanguageOfTheModel(String id, String language) {
        assertThat(DefaultLabels.of(identity(id)).promptLanguage()).isEqualTo(language);
        assertThat(DefaultLabels.of(identity(id)).language()).isEqualTo(language);
    }

    private static ModelIdentity identity(String id) {
        return new ModelIdentity(id, "0".repeat(64), 512);
    }
}
