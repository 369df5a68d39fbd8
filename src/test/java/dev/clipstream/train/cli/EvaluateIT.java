package dev.clipstream.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.Program;
import dev.clipstream.Program.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Evaluates the bundled model on samples in one folder per class.
class EvaluateIT {
    @TempDir
    private Path folder;

    @Test
    void imagesWithoutALabelAreCountedAndNamed() throws IOException {
        // given
        put("dog-on-blue.jpg", "dog");
        put("cat-on-pink.jpg", "house_cat");
        put("koala.webp", "marsupial");
        Path labels = Files.writeString(folder.resolve("labels.yaml"), """
                name: pets
                version: "1"
                labels:
                  - {id: dog, names: {en: dog, zh: 狗}}
                  - {id: house-cat, names: {en: cat, zh: 猫}}
                """);

        // when
        Result result = Program.run("evaluate", "--classes", folder.toString(), "--labels", labels.toString());

        // then
        assertThat(result.exitCode()).as(result.toString()).isZero();
        assertThat(result.err())
                .anyMatch(line -> line.contains("with prompt templates") && line.endsWith("of 2 images"))
                .anyMatch(line -> line.contains("no label has that id or name: 1, such as")
                        && line.endsWith("such as \"marsupial\""));
        JsonNode line = result.json().getFirst();
        assertThat(line.path("pictures").asInt()).isEqualTo(3);
        assertThat(line.path("unlabelled").asInt()).isEqualTo(1);
        assertThat(line.path("zeroShot").path("pictures").asInt()).isEqualTo(2);
        assertThat(line.path("zeroShot").path("top1").asDouble()).isEqualTo(1);
    }

    @Test
    void theFolderNamesAreTheLabelsByDefault() throws IOException {
        put("dog-on-blue.jpg", "dog");
        put("pizza.webp", "pizza");

        Result result = Program.run("evaluate", "--classes", folder.toString());

        assertThat(result.exitCode()).as(result.toString()).isZero();
        JsonNode line = result.json().getFirst();
        assertThat(line.path("unlabelled").asInt()).isZero();
        assertThat(line.path("zeroShot").path("top1").asDouble()).isEqualTo(1);
        assertThat(line.path("textToImage").path("queries").asInt()).isEqualTo(2);
    }

    private void put(String sample, String name) throws IOException {
        Path in = Files.createDirectories(folder.resolve(name));
        Files.copy(Path.of("samples", sample), in.resolve(sample));
    }
}
