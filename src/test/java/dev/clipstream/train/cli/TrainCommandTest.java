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

/// Refusals of `train`, before anything is read or written. A whole training is in `TrainIT`.
class TrainCommandTest {
    @TempDir
    private Path out;

    @TempDir
    private Path elsewhere;

    @ParameterizedTest
    @CsvSource({
        "'', --pairs",
        "--pairs a.jsonl --scenes, mutually exclusive",
        "--scenes --image-size 60, '--image-size takes a multiple of 8 from 16, found 60'",
        "--scenes --image-size 8, --image-size takes",
        "--scenes --batch 1, found batch 1",
        "--scenes --rate 0, rate 0.0",
        "--scenes --rate fast, '--rate'",
        "--scenes --minutes 0, give minutes or steps",
        "--scenes --minutes -1, '--minutes, --steps and --replicas take 0 or more'",
        "--scenes --replicas -2, 0 or more",
        "--scenes --vocabulary 100, '--vocabulary takes at least 200, found 100'",
        "--pairs a.jsonl --hold-out 1, '--hold-out takes a part of 0 to below 1, found 1.0'",
        "--pairs a.jsonl --hold-out -0.1, --hold-out takes",
        "--scenes --hold-out 0.1, --hold-out is for pictures",
        "--pairs a.jsonl --caption-from folder, --caption-from is for --images",
        "--pairs a.jsonl --font f.ttf, --font and --annotations are for --scenes",
        "--images d --caption-from heaven, heaven",
        "--scenes --loss l2, l2",
        "--scenes --image-encoder mlp, mlp"
    })
    void anOptionThatCannotBeIsRefusedInOneLine(String arguments, String said) {
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
    void aFolderThatHoldsATrainingIsNotOverwritten() throws IOException {
        // given
        Path checkpoint = TrainingFolder.in(out).checkpoint();
        Files.createDirectories(checkpoint.getParent());
        Files.writeString(checkpoint, "hours of work");

        // when
        Ran ran = train("--scenes");

        // then
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.errLines()).singleElement().asString().contains("holds a training already", "--resume");
        assertThat(checkpoint).hasContent("hours of work");
    }

    @Test
    void aFolderThatHoldsAModelIsNotOverwritten() throws IOException {
        // given
        Path config = Files.writeString(out.resolve("config.json"), "{}");

        // when
        Ran ran = train("--scenes");

        // then
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.errLines()).singleElement().asString().contains("--out takes a new or an empty folder");
        assertThat(config).hasContent("{}");
    }

    @Test
    void aTrainingDoesNotGoOnWithOtherPictures() throws IOException {
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
                .contains("which were 8 trained, 0 held out, CRC-32C 12345678; found 2 trained, 0 held out");
    }

    @Test
    void aTrainingWhosePicturesAreNotKnownDoesNotGoOn() throws IOException {
        begin(null);

        Ran ran = train("--pairs a.jsonl --resume");

        assertThat(ran.exitCode()).as(ran.toString()).isEqualTo(2);
        assertThat(ran.errLines()).singleElement().asString().contains("did not keep which pictures it had");
    }

    @ParameterizedTest
    @CsvSource({
        "--image-size 64, '--image-size of the training that goes on is 32, found 64'",
        "--image-encoder resnet, --image-encoder of the training that goes on is VIT",
        "--loss softmax, --loss of the training",
        "--seed 8, '--seed of the training that goes on is 7, found 8'",
        "--hold-out 0.2, '--hold-out of the training that goes on is 0.1, found 0.2'",
        "--vocabulary 500, --vocabulary was decided",
        "--batch 1, found batch 1"
    })
    void whatDecidesTheWeightsAndTheHeldOutPartCannotChangeOnTheWay(String arguments, String said) throws IOException {
        // given
        begin("shapes");

        // when
        Ran ran = train("--pairs a.jsonl --resume " + arguments);

        // then
        assertThat(ran.exitCode()).as(ran.toString()).isEqualTo(2);
        assertThat(ran.errLines()).singleElement().asString().contains(said);
    }

    @Test
    void nothingToGoOnWithIsToldWithTheWayToBegin() {
        Ran ran = train("--scenes --resume");

        assertThat(ran.exitCode()).isEqualTo(3);
        assertThat(ran.errLines()).singleElement().asString().contains("found no recipe.json", "leave --resume out");
    }

    @Test
    void aMissingManifestIsToldAndNothingIsWritten() {
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
