package dev.clipstream.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipstream.train.text.WordPieceVocabulary;
import dev.clipstream.train.tower.Architecture;
import dev.clipstream.train.tower.Architecture.ImageEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingFolderTest {
    private static final Recipe RECIPE = new Recipe(
            new Architecture(ImageEncoder.VIT, 32, 64, 300, 52, true),
            new TrainingSettings(24, 1e-3, 2, 0.05, 1, 0, 4, 7, 2, 120, 240),
            0.1,
            "clipstream train",
            "shapes",
            "36 shapes");

    @TempDir
    private Path bundle;

    @Test
    void aWrittenRecipeReadsBackEqual() throws IOException {
        // given
        TrainingFolder folder = TrainingFolder.in(bundle);

        // when
        folder.begin(RECIPE, WordPieceVocabulary.of(List.of("a cup"), 200));

        // then
        assertThat(folder.recipe()).isEqualTo(RECIPE);
        assertThat(folder.path()).isDirectoryContaining(file -> file.endsWith("tokenizer.json"));
    }

    @Test
    void aMissingOrBrokenRecipeIsReportedWithARemedy() throws IOException {
        // given
        TrainingFolder folder = TrainingFolder.in(bundle);

        // when, then
        assertThatThrownBy(folder::recipe).isInstanceOf(IOException.class).hasMessageContaining("Leave --resume out");
        Files.createDirectories(folder.path());
        Files.writeString(folder.path().resolve("recipe.json"), "{\"settings\": 3}");
        assertThatThrownBy(folder::recipe).isInstanceOf(IOException.class).hasMessageContaining("Begin again without");
    }
}
