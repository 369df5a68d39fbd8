package dev.clipstream.cli.quality;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.cli.Ran;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelCalibration;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.LabelSetException;
import dev.clipstream.label.LabelSetFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Calibrates and evaluates with the bundled model on the project's sample images.
class CalibrateCommandTest {
    private static final Path SAMPLES = Path.of("samples").toAbsolutePath();

    @TempDir
    private Path folder;

    @Test
    void labelsOfFewMediaStayAsTheyAreAndTheOthersAreCalibrated() throws IOException, LabelSetException {
        // given: 21 of the 62 samples show an animal, one of them a dog
        Path labels = labels();
        Path truth = truth(SAMPLES);
        Path output = folder.resolve("calibrated.yaml");

        // when
        Ran ran = Ran.of(
                "labels",
                "calibrate",
                "--labels",
                labels.toString(),
                "--media",
                SAMPLES.toString(),
                "--truth",
                truth.toString(),
                "--precision",
                "0.6",
                "--output",
                output.toString());

        // then
        assertThat(ran.exitCode()).as(ran.toString()).isZero();
        LabelSet calibrated = LabelSetFile.read(output);
        assertThat(calibrated.version()).isEqualTo("2");
        Label animal = label(calibrated, "animal");
        LabelCalibration found = Objects.requireNonNull(animal.calibration());
        assertThat(found.method()).isEqualTo(LabelCalibration.Method.LABELLED);
        assertThat(found.media()).isEqualTo(62);
        assertThat(found.positives()).isEqualTo(21);
        assertThat(found.target()).isEqualTo(0.6);
        assertThat(animal.threshold()).isNotNull();
        assertThat(label(calibrated, "dog").calibration()).isNull();
        JsonNode line = ran.json().getFirst();
        assertThat(line.get("calibrated").intValue()).isEqualTo(1);
        assertThat(line.get("labels").get(1).get("note").stringValue()).contains("at least 5 media", "found 1");
        assertThat(calibrated.modelFingerprint())
                .isEqualTo(line.get("fingerprint").stringValue());
    }

    @Test
    void aCalibrationWithoutTruthStatesItsShare() throws IOException, LabelSetException {
        // given
        Path labels = labels();
        Path output = folder.resolve("calibrated.yaml");

        // when
        Ran ran = Ran.of(
                "labels",
                "calibrate",
                "--labels",
                labels.toString(),
                "--media",
                SAMPLES.toString(),
                "--share",
                "0.1",
                "--new-version",
                "summer",
                "--output",
                output.toString());

        // then
        assertThat(ran.exitCode()).as(ran.toString()).isZero();
        LabelSet calibrated = LabelSetFile.read(output);
        assertThat(calibrated.version()).isEqualTo("summer");
        assertThat(calibrated.labels())
                .extracting(label -> Objects.requireNonNull(label.calibration()).target())
                .containsOnly(0.1);
    }

    @Test
    void anEvaluationPrintsFiguresAndDrawsCharts() throws IOException {
        // given
        Path charts = folder.resolve("charts");

        // when
        Ran ran = Ran.of(
                "evaluate",
                "--label-set",
                labels().toString(),
                "--truth",
                truth(SAMPLES).toString(),
                "--media",
                SAMPLES.toString(),
                "--output",
                charts.toString());

        // then
        assertThat(ran.exitCode()).as(ran.toString()).isZero();
        JsonNode line = ran.json().getFirst();
        assertThat(line.get("media").intValue()).isEqualTo(62);
        assertThat(line.get("micro").get("shown").intValue()).isEqualTo(22);
        assertThat(line.get("labels")).hasSize(2);
        assertThat(line.get("calibrationError").doubleValue()).isBetween(0.0, 1.0);
        for (String name : List.of("reliability.png", "precision-recall.png")) {
            assertThat(ImageIO.read(charts.resolve(name).toFile()).getWidth()).isEqualTo(900);
        }
        assertThat(ran.err()).contains("all tags (micro)", "media that show none of the labels: 41");
    }

    @Test
    void aBundledLabelSetIsEvaluatedByName() throws IOException {
        // given
        Path truth = Files.writeString(folder.resolve("truth.csv"), "media,labels\nkoala.webp,koala\n");

        // when
        Ran ran = Ran.of(
                "evaluate", "--label-set", "everyday", "--truth", truth.toString(), "--media", SAMPLES.toString());

        // then
        assertThat(ran.exitCode()).as(ran.toString()).isZero();
        assertThat(ran.json().getFirst().get("labelSet").stringValue()).isEqualTo("everyday");
    }

    @Test
    void aMediumThatDoesNotExistIsReportedWithItsLine() throws IOException {
        // given
        Path truth =
                Files.writeString(folder.resolve("truth.csv"), "media,labels\ndog-on-blue.jpg,dog\nmouse.jpg,dog\n");

        // when
        Ran ran = Ran.of(
                "evaluate",
                "--label-set",
                labels().toString(),
                "--truth",
                truth.toString(),
                "--media",
                SAMPLES.toString());

        // then
        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err())
                .contains("truth.csv, line 3: expected the path of an image below " + SAMPLES, "'mouse.jpg'");
    }

    @Test
    void optionsThatContradictEachOtherAreRefused() throws IOException {
        // when
        Ran share = Ran.of(
                "labels",
                "calibrate",
                "--labels",
                labels().toString(),
                "--media",
                SAMPLES.toString(),
                "--truth",
                "t.csv",
                "--share",
                "0.1",
                "--output",
                folder.resolve("o.yaml").toString());
        Ran none = Ran.of("evaluate", "--label-set", labels().toString());
        Ran both = Ran.of("labels", "calibrate", "--set", "pets", "--labels", "everyday");
        Ran offline = Ran.of("labels", "calibrate", "--set", "pets", "--media", SAMPLES.toString());
        Ran nowhere = Ran.of("labels", "calibrate", "--apply", "--bootstrap-servers", "localhost:1");
        Ran unknown = Ran.of("evaluate", "--label-set", "pets", "--truth", "t.csv");

        // then
        assertThat(share.exitCode()).isEqualTo(2);
        assertThat(share.err()).contains("--share: expected no --truth");
        assertThat(none.exitCode()).isEqualTo(2);
        assertThat(none.err()).contains("--label-set: expected --truth FILE.csv as well");
        assertThat(both.exitCode()).isEqualTo(2);
        assertThat(both.err()).contains("--set: expected the name of a label set of the topic or --labels, found both");
        assertThat(offline.exitCode()).isEqualTo(2);
        assertThat(offline.err()).contains("--set pets: expected --bootstrap-servers HOST:PORT as well");
        assertThat(nowhere.exitCode()).isEqualTo(2);
        assertThat(nowhere.err()).contains("--apply: expected --set NAME or --labels FILE as well");
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.err()).contains("or, with --bootstrap-servers, the name of a label set on the topic");
    }

    private static Label label(LabelSet set, String id) {
        return set.labels().stream()
                .filter(label -> label.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private Path labels() throws IOException {
        return Files.writeString(folder.resolve("labels.yaml"), """
                name: pets
                version: "1"
                mode: multi
                labels:
                  - {id: animal, names: {en: animal}}
                  - {id: dog, names: {en: dog}, parent: animal}
                """);
    }

    /// The samples that show an animal, by their names.
    private Path truth(Path samples) throws IOException {
        StringBuilder csv = new StringBuilder("media,labels\n");
        List<String> animals = List.of(
                "cat",
                "horse",
                "panda",
                "elephant",
                "penguin",
                "butterfly",
                "owl",
                "fox",
                "turtle",
                "tiger",
                "koala",
                "octopus",
                "dolphin",
                "fish",
                "bee",
                "duck",
                "lion");
        try (var files = Files.list(samples)) {
            for (String name : files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.endsWith(".md"))
                    .sorted()
                    .toList()) {
                csv.append(name).append(',');
                if (name.startsWith("dog-")) {
                    csv.append("dog");
                } else if (animals.stream().anyMatch(name::contains)) {
                    csv.append("animal");
                }
                csv.append('\n');
            }
        }
        return Files.writeString(folder.resolve("truth.csv"), csv);
    }
}
