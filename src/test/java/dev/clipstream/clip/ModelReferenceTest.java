package dev.clipstream.clip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.clip.ModelReference.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelReferenceTest {
    @ParameterizedTest
    @CsvSource({
        "openai/clip-vit-base-patch32, HUGGING_FACE, openai/clip-vit-base-patch32, , ",
        "openai/clip#fp16, HUGGING_FACE, openai/clip, , fp16",
        "openai/clip@v1.0#int8, HUGGING_FACE, openai/clip, v1.0, int8",
        "openai/clip@refs/pr/3, HUGGING_FACE, openai/clip, refs/pr/3, ",
        "modelscope:iic/clip@master, MODELSCOPE, iic/clip, master, ",
        "./openai/clip, FOLDER, ./openai/clip, , ",
        "/srv/clip#fp16, FOLDER, /srv/clip, , fp16",
        "clip, FOLDER, clip, , ",
        "models/c#1, FOLDER, models/c#1, , ",
        "models/clip/v1, FOLDER, models/clip/v1, , ",
        "~/clip, FOLDER, ~/clip, , "
    })
    void aNameIsAFoldersOrARepositorys(String text, Place place, String name, String revision, String weights) {
        ModelReference reference = ModelReference.parse(text);

        assertThat(reference)
                .isEqualTo(
                        new ModelReference(place, name, Optional.ofNullable(revision), Optional.ofNullable(weights)));
        assertThat(reference).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a/..", "../b", "a/b@../../x", "a/b@x//y", "a--b/c", "a/b@refs/", "a/b@-x", ".a/b", "a/b c"})
    void aNameThatCouldLeadOutOfTheCacheIsNoRepositorys(String text) {
        assertThat(ModelReference.parse(text).place()).isEqualTo(Place.FOLDER);
    }

    @Test
    void aFolderThatExistsComesBeforeARepositoryOfItsName() {
        assertThat(ModelReference.parse("src/main").place()).isEqualTo(Place.FOLDER);
        assertThat(ModelReference.parse("src/none").place()).isEqualTo(Place.HUGGING_FACE);
    }

    @Test
    void theWeightsOfAReferenceComeBeforeThoseOfTheOptions(@TempDir Path folder) throws IOException {
        Path named = Files.createDirectories(folder.resolve("a#1"));

        assertThat(ModelReference.parse(named + "#int8")
                        .applyTo(ModelOptions.DEFAULT)
                        .weights())
                .isEqualTo("int8");
        assertThat(ModelReference.parse(named.toString())
                        .applyTo(ModelOptions.DEFAULT)
                        .weights())
                .isEqualTo("auto");
    }
}
