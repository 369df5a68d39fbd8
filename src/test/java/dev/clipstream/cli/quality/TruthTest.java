package dev.clipstream.cli.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipstream.label.Label;
import dev.clipstream.label.LabelSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TruthTest {
    private static final LabelSet SET = new LabelSet(
            "pets",
            "1",
            "en",
            LabelSet.Mode.MULTI,
            5,
            0.5,
            List.of(),
            List.of(),
            List.of(
                    Label.of("animal", Map.of("en", "animal")),
                    new Label("dog", Map.of("en", "dog"), List.of(), null, "animal"),
                    new Label("poodle", Map.of("en", "poodle"), List.of(), null, "dog"),
                    Label.of("salt;pepper", Map.of("en", "salt and pepper"))));

    @TempDir
    private Path folder;

    @Test
    void labelsStandInOneRowOrSeveralAndBringTheBroaderOnes() throws IOException {
        // given
        Path file = csv("""
                \uFEFFMedia,comment,Labels
                a.jpg,,poodle
                "b, c.jpg",x,dog

                d.jpg,,
                a.jpg,again,salt;pepper
                """);

        // when
        Truth truth = Truth.read(file, SET);

        // then
        assertThat(truth.media())
                .containsExactly(
                        new Truth.Medium("a.jpg", 2, Set.of("poodle", "dog", "animal", "salt;pepper")),
                        new Truth.Medium("b, c.jpg", 3, Set.of("dog", "animal")),
                        new Truth.Medium("d.jpg", 5, Set.of()));
        assertThat(truth.shows("dog")).containsExactly(true, true, false);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "media,labels\\na.jpg,dog\\nb.jpg,cat | line 3: expected the id of a label of the set 'pets', found 'cat'",
                "media,labels\\na.jpg,dog;cat | line 2: expected the id of a label of the set 'pets', found 'cat'",
                "image,label\\na.jpg,dog | line 1: expected the column names media,labels, found image,label",
                "media,labels\\n,dog | line 2: expected a medium and its labels",
                "media,labels\\na.jpg,dog,cat | line 2: expected a medium and its labels",
                "media,labels | expected a medium on each line below the column names, found none",
                "media,labels\\n\"a.jpg,dog | line 2: expected valid CSV with each double quote closed"
            })
    void aMistakeIsReportedWithItsLine(String content, String message) throws IOException {
        Path file = csv(content.replace("\\n", "\n"));

        assertThatThrownBy(() -> Truth.read(file, SET))
                .isInstanceOf(TruthException.class)
                .hasMessageStartingWith("--truth: " + file)
                .hasMessageContaining(message.strip());
    }

    @Test
    void aMissingFileIsReported() {
        assertThatThrownBy(() -> Truth.read(folder.resolve("none.csv"), SET))
                .isInstanceOf(TruthException.class)
                .hasMessageContaining("found no such file");
    }

    private Path csv(String content) throws IOException {
        return Files.writeString(folder.resolve("truth.csv"), content);
    }
}
