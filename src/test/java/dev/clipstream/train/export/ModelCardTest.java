package dev.clipstream.train.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.train.Recipe;
import dev.clipstream.train.TrainingSettings;
import dev.clipstream.train.evaluate.Retrieval;
import dev.clipstream.train.tower.Architecture;
import dev.clipstream.train.tower.Architecture.ImageEncoder;
import org.junit.jupiter.api.Test;

class ModelCardTest {
    private static final Retrieval NONE = new Retrieval(0, 0, 0, 0);

    @Test
    void itContainsDataObjectiveSizeCommandAndFigures() {
        // given
        Recipe recipe = recipe(ImageEncoder.RESNET, false);

        // when
        String card = new ModelCard(
                        "cups",
                        recipe,
                        2_376_833,
                        2_375,
                        3_840,
                        new Retrieval(768, 0.5514, 0.8281, 0.8997),
                        new Retrieval(768, 0.5091, 0.8284, 0.8893))
                .markdown();

        // then
        assertThat(card)
                .startsWith("# cups\n")
                .contains("| Data | pictures and captions of cups.jsonl |")
                .contains("symmetric cross-entropy of CLIP")
                .contains("residual convolutional network, 64 x 64 pixels")
                .contains("2,376,833, 32-bit floats", "2,375 steps of 256 pairs, 64 minutes")
                .contains("```\nclipstream train --pairs cups.jsonl\n```")
                .contains("On 768 held-out pairs")
                .contains("| text to image | 0.551 | 0.828 | 0.900 |")
                .contains("| image to text | 0.509 | 0.828 | 0.889 |")
                .doesNotContain("%");
    }

    @Test
    void itContainsTheOtherTowerAndObjectiveAndNoMissingFigures() {
        // given
        Recipe recipe = recipe(ImageEncoder.VIT, true);

        // when
        String card = new ModelCard("cups", recipe, 1, 2, 3, NONE, NONE).markdown();

        // then
        assertThat(card)
                .contains("sigmoid loss of SigLIP", "vision transformer")
                .contains("no pairs were held out")
                .doesNotContain("recall@1", "%");
    }

    private static Recipe recipe(ImageEncoder encoder, boolean sigmoid) {
        return new Recipe(
                new Architecture(encoder, 64, 128, 4415, 52, sigmoid),
                new TrainingSettings(256, 1e-3, 100, 0.05, 1, 75, 0, 1, 0, 120, 240),
                0.05,
                "clipstream train --pairs cups.jsonl",
                "pictures and captions of cups.jsonl",
                "digest");
    }
}
