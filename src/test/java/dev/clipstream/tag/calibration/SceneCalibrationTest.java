package dev.clipstream.tag.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.tag.evaluation.LabelOutcomes;
import dev.clipstream.tag.evaluation.SetQuality;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Calibrates with a half of the bundled model's scores for painted scenes, and measures on the other half.
class SceneCalibrationTest {
    private static final double THRESHOLD = 0.5;

    @Test
    void fiveKnownScenesOfEachLabelLowerTheCalibrationErrorOfOtherScenes() throws IOException {
        // given
        Scenes all = Scenes.read();
        Scenes known = all.half(0);
        Scenes other = all.half(1);

        // when
        List<FittedLabel> fitted = new LabelledFit(0.9).fit(known.labels, known::cosines, known::shows);

        // then
        SetQuality before = SetQuality.of(other.outcomes(other::uncalibrated));
        SetQuality after = SetQuality.of(other.outcomes((label, row) -> probability(fitted, label, other, row)));
        assertThat(after.reliability().expectedCalibrationError())
                .isLessThan(0.75 * before.reliability().expectedCalibrationError());
        assertThat(after.brier()).isLessThan(before.brier());
        assertThat(after.calibrationErrorOfTags()).isLessThan(0.1);
    }

    @Test
    void scenesWhoseLabelsAreNotKnownGiveTagsTheProbabilityOfTheirPrecision() throws IOException {
        // given: one of 40 scenes shows a label
        Scenes all = Scenes.read();
        Scenes library = all.half(0);
        Scenes other = all.half(1);

        // when
        List<FittedLabel> fitted = new UnlabelledFit(0.025).fit(library.labels, library::cosines);

        // then
        SetQuality after = SetQuality.of(other.outcomes((label, row) -> probability(fitted, label, other, row)));
        assertThat(after.calibrationErrorOfTags()).isLessThan(0.15);
        assertThat(after.micro().precision()).isGreaterThan(0.7);
    }

    private static double probability(List<FittedLabel> fitted, int label, Scenes scenes, int row) {
        return Objects.requireNonNull(fitted.get(label).calibration()).probability(scenes.cosines(label)[row]);
    }

    /// @param labels ids
    /// @param rows   the label that the scene shows, then cosine and probability of each label
    private record Scenes(List<String> labels, List<String[]> rows) {
        interface Scorer {
            double probability(int label, int row);
        }

        static Scenes read() throws IOException {
            try (InputStream in = Objects.requireNonNull(SetQuality.class.getResourceAsStream("scenes.csv"))) {
                List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .toList();
                return new Scenes(
                        List.of(lines.getFirst().split(",")),
                        lines.stream().skip(1).map(line -> line.split(",", -1)).toList());
            }
        }

        Scenes half(int parity) {
            return new Scenes(
                    labels,
                    IntStream.range(0, rows.size())
                            .filter(row -> row % 2 == parity)
                            .mapToObj(rows::get)
                            .toList());
        }

        double[] cosines(int label) {
            return rows.stream()
                    .mapToDouble(row -> Double.parseDouble(row[1 + 2 * label]))
                    .toArray();
        }

        double uncalibrated(int label, int row) {
            String probability = rows.get(row)[2 + 2 * label];
            return probability.isEmpty() ? 0 : Double.parseDouble(probability);
        }

        boolean[] shows(int label) {
            boolean[] shows = new boolean[rows.size()];
            for (int row = 0; row < shows.length; row++) {
                shows[row] = rows.get(row)[0].equals(labels.get(label));
            }
            return shows;
        }

        List<LabelOutcomes> outcomes(Scorer scorer) {
            List<LabelOutcomes> outcomes = new ArrayList<>();
            for (int label = 0; label < labels.size(); label++) {
                int current = label;
                double[] probabilities = IntStream.range(0, rows.size())
                        .mapToDouble(row -> scorer.probability(current, row))
                        .toArray();
                boolean[] tagged = new boolean[probabilities.length];
                for (int row = 0; row < tagged.length; row++) {
                    tagged[row] = probabilities[row] >= THRESHOLD;
                }
                outcomes.add(new LabelOutcomes(labels.get(label), probabilities, tagged, shows(label)));
            }
            return outcomes;
        }
    }
}
