package dev.clipstream.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.cli.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Invalid arguments and inputs of `evaluate`. For measurements see `EvaluateIT`.
class EvaluateCommandTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "'', --pairs, 2",
        "--pairs a.jsonl --classes d, mutually exclusive, 2",
        "--classes d --matrix similarities.pdf, '--matrix: Expected a file named *.png or *.svg, found similarities.pdf', 2",
        "--classes d --matrix no-such-folder/m.png, '--matrix: Expected a file in an existing folder', 2",
        "--classes d --language zh, '--language: Expected --labels FILE.yaml as well', 2",
        "--classes d --decode slow, slow, 2",
        "--classes no-such-folder, 'Expected a folder of images, found none at', 3",
        "--pairs no-such.jsonl, found no file no-such.jsonl, 3",
        "--classes d --labels no-such.yaml, no-such.yaml, 3"
    })
    void invalidArgumentsAreRejectedInOneLine(String arguments, String said, int exitCode) {
        Ran ran = evaluate(arguments);

        assertThat(ran.errLines()).as(ran.toString()).singleElement().asString().contains(said);
        assertThat(ran.exitCode()).isEqualTo(exitCode);
    }

    @Test
    void aLanguageWithoutNamesIsRejected() throws IOException {
        put("dog-on-blue.jpg", "dog");
        Path labels = Files.writeString(folder.resolve("labels.yaml"), LABELS);

        Ran ran = evaluate("--classes " + folder + " --labels " + labels + " --language fr");

        assertThat(ran.exitCode()).as(ran.toString()).isEqualTo(2);
        assertThat(ran.errLines().getLast()).contains("'fr'");
    }

    @Test
    void imagesThatMatchNoLabelAreRejectedNamingBoth() throws IOException {
        put("dog-on-blue.jpg", "hound");
        Path labels = Files.writeString(folder.resolve("labels.yaml"), LABELS);

        Ran ran = evaluate("--classes " + folder + " --labels " + labels);

        assertThat(ran.exitCode()).as(ran.toString()).isEqualTo(2);
        assertThat(ran.errLines().getLast()).contains("dog", "hound");
    }

    @Test
    void noReadableImageIsAFailedInput() throws IOException {
        Files.createDirectories(folder.resolve("dog"));
        Files.writeString(folder.resolve("dog/1.jpg"), "no picture");

        Ran ran = evaluate("--classes " + folder);

        assertThat(ran.exitCode()).as(ran.toString()).isEqualTo(1);
        assertThat(ran.errLines())
                .anyMatch(line -> line.startsWith("left out: ") && line.contains("1.jpg"))
                .contains("none of 1 images can be read");
    }

    private static final String LABELS = """
            name: pets
            version: "1"
            labels:
              - {id: dog, names: {en: dog, zh: 狗}}
              - {id: house-cat, names: {en: cat, zh: 猫}}
            """;

    private void put(String sample, String name) throws IOException {
        Path in = Files.createDirectories(folder.resolve(name));
        Files.copy(Path.of("samples", sample), in.resolve(sample));
    }

    private static Ran evaluate(String arguments) {
        return Ran.of(("evaluate " + arguments).strip().split(" ", -1));
    }
}
