package dev.clipstream.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.cli.Ran;
import dev.clipstream.train.Recipe;
import dev.clipstream.train.TrainingFolder;
import dev.clipstream.train.TrainingSettings;
import dev.clipstream.train.text.WordPieceVocabulary;
import dev.clipstream.train.tower.Architecture;
import dev.clipstream.train.tower.Architecture.ImageEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Invalid arguments of `train`, which are rejected before anything is read or written. For a complete training see
/// `TrainIT`.
class TrainCommandTest {
    @TempDir
    private Path out;

    @TempDir
    private Path elsewhere;

    @ParameterizedTest
    @CsvSource({
        "'', --pairs",
        "--pairs a.jsonl --scenes, mutually exclusive",
        "--scenes --image-size 60, '--image-size: Expected a multiple of 8 of at least 16, found 60'",
        "--scenes --image-size 8, '--image-size: Expected'",
        "--scenes --batch 1, found batch 1",
        "--scenes --rate 0, rate 0.0",
        "--scenes --rate fast, '--rate'",
        "--scenes --minutes 0, Give minutes or steps",
        "--scenes --minutes -1, '--minutes, --steps, --replicas: Expected 0 or more'",
        "--scenes --replicas -2, 0 or more",
        "--scenes --vocabulary 100, '--vocabulary: Expected at least 200, found 100'",
        "--pairs a.jsonl --hold-out 1, '--hold-out: Expected a share of at least 0 and below 1, found 1.0'",
        "--pairs a.jsonl --hold-out -0.1, '--hold-out: Expected'",
        "--scenes --hold-out 0.1, '--hold-out: Expected no value with --scenes'",
        "--pairs a.jsonl --caption-from folder, '--caption-from: Expected no value without --images'",
        "--pairs a.jsonl --font f.ttf, '--font, --annotations: Expected no values without --scenes'",
        "--images d --caption-from heaven, heaven",
        "--scenes --loss l2, l2",
        "--scenes --image-encoder mlp, mlp"
    })
    void anInvalidOptionIsRejectedInOneLine(String arguments, String said) {
        Ran ran = train(arguments);

        assertThat(ran.errLines()).as(ran.toString()).hasSize(1);
        assertThat(ran.errLines().getFirst())
                .startsWith("clipstream train: ")
                .contains(said)
                .doesNotContain("java.", "dev.clipstream");
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(out).isEmptyDirectory();
    }

    @Test
    void aFolderWithATrainingIsNotOverwritten() throws IOException {
        // given
        Path checkpoint = TrainingFolder.in(out).checkpoint();
        Files.createDirectories(checkpoint.getParent());
        Files.writeString(checkpoint, "hours of work");

        // when
        Ran ran = train("--scenes");

        // then
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.errLines())
                .singleElement()
                .asString()
                .contains("Expected a folder without a training", "--resume");
        assertThat(checkpoint).hasContent("hours of work");
    }

    @Test
    void aFolderWithAModelIsNotOverwritten() throws IOException {
        // given
        Path config = Files.writeString(out.resolve("config.json"), "{}");

        // when
        Ran ran = train("--scenes");

        // then
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.errLines()).singleElement().asString().contains("--out: Expected a new or an empty folder");
        assertThat(config).hasContent("{}");
    }

    @Test
    void aTrainingIsNotResumedWithOtherImages() throws IOException {
        // given
        begin("8 trained, 0 held out, CRC-32C 12345678");
        Path pictures = Files.createDirectories(elsewhere.resolve("koala"));
        Files.copy(Path.of("samples/koala.webp"), pictures.resolve("1.webp"));
        Files.copy(Path.of("samples/koala.webp"), pictures.resolve("2.webp"));

        // when
        Ran ran = train("--images " + elsewhere + " --caption-from folder --resume");

        // then
        assertThat(ran.exitCode()).as(ran.toString()).isEqualTo(2);
        assertThat(ran.errLines().getLast())
                .contains("8 trained, 0 held out, CRC-32C 12345678; found 2 trained, 0 held out");
    }

    @Test
    void aTrainingWithoutADigestIsNotResumed() throws IOException {
        begin(null);

        Ran ran = train("--pairs a.jsonl --resume");

        assertThat(ran.exitCode()).as(ran.toString()).isEqualTo(2);
        assertThat(ran.errLines())
                .singleElement()
                .asString()
                .contains("Expected a training that stores the digest of its images");
    }

    @ParameterizedTest
    @CsvSource({
        "--image-size 64, '--image-size: Expected 32, as in the resumed training, found 64'",
        "--image-encoder resnet, --image-encoder: Expected VIT",
        "--loss softmax, --loss: Expected SIGMOID",
        "--seed 8, '--seed: Expected 7, as in the resumed training, found 8'",
        "--hold-out 0.2, '--hold-out: Expected 0.1, as in the resumed training, found 0.2'",
        "--vocabulary 500, '--vocabulary: Expected no value with --resume'",
        "--batch 1, found batch 1"
    })
    void theArchitectureAndTheHeldOutPartCannotChangeOnResume(String arguments, String said) throws IOException {
        // given
        begin("shapes");

        // when
        Ran ran = train("--pairs a.jsonl --resume " + arguments);

        // then
        assertThat(ran.exitCode()).as(ran.toString()).isEqualTo(2);
        assertThat(ran.errLines()).singleElement().asString().contains(said);
    }

    @Test
    void resumingWithoutATrainingIsReportedWithARemedy() {
        Ran ran = train("--scenes --resume");

        assertThat(ran.exitCode()).isEqualTo(3);
        assertThat(ran.errLines()).singleElement().asString().contains("found no recipe.json", "Leave --resume out");
    }

    @Test
    void aMissingManifestIsReportedAndNothingIsWritten() {
        Ran ran = train("--pairs no-such.jsonl");

        assertThat(ran.exitCode()).isEqualTo(3);
        assertThat(ran.errLines()).singleElement().asString().contains("found no file no-such.jsonl");
        assertThat(out).isEmptyDirectory();
    }

    private void begin(@Nullable String digest) throws IOException {
        TrainingFolder.in(out)
                .begin(
                        new Recipe(
                                new Architecture(ImageEncoder.VIT, 32, 64, 300, 52, true),
                                new TrainingSettings(24, 1e-3, 2, 0.05, 1, 0, 4, 7, 2, 120, 240),
                                0.1,
                                "clipstream train",
                                "shapes",
                                digest),
                        WordPieceVocabulary.of(List.of("a cup"), 200));
    }

    private Ran train(String arguments) {
        List<String> all = new ArrayList<>(List.of("train", "--out", out.toString()));
        if (!arguments.isEmpty()) {
            all.addAll(List.of(arguments.split(" ", -1)));
        }
        return Ran.of(all.toArray(new String[0]));
    }
}
