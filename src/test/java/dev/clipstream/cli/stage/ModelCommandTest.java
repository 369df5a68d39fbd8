package dev.clipstream.cli.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.RandomClip;
import dev.clipstream.RandomClip.Spec;
import dev.clipstream.RandomGraph.Weights;
import dev.clipstream.cli.Ran;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ModelCommandTest {
    @TempDir
    private Path folder;

    @Test
    void checkReportsHowCloseEightBitVectorsAreToOthers() throws IOException {
        // given
        RandomClip.write(folder, Spec.TINY.weights(Weights.INT8));
        RandomClip.write(folder, Spec.TINY);

        // when
        Ran ran = Ran.of("model", "check", folder + "#int8");

        // then
        assertThat(ran.exitCode()).as(ran.toString()).isZero();
        JsonNode line = ran.json().getFirst();
        assertThat(line.propertyNames())
                .containsExactly(
                        "input",
                        "ok",
                        "decisions",
                        "preprocessing",
                        "scoring",
                        "scoringSource",
                        "weightsChoice",
                        "leastCosineToDefaultKernels",
                        "leastCosineToFp32");
        assertThat(line.path("ok").asBoolean()).isTrue();
        assertThat(line.path("leastCosineToDefaultKernels").asDouble()).isBetween(0.9, 1.0);
        assertThat(line.path("leastCosineToFp32").asDouble()).isBetween(0.99, 1.0);
    }

    @Test
    void checkReportsNoCosinesForOtherWeights() throws IOException {
        RandomClip.write(folder, Spec.TINY);

        Ran ran = Ran.of("model", "check", folder.toString());

        assertThat(ran.exitCode()).as(ran.toString()).isZero();
        assertThat(ran.json().getFirst().propertyNames())
                .containsExactly(
                        "input", "ok", "decisions", "preprocessing", "scoring", "scoringSource", "weightsChoice");
    }

    @Test
    void checkSaysWhatWasDecidedAndByWhichFile() throws IOException {
        // given
        RandomClip.write(folder, Spec.TINY);

        // when
        JsonNode decisions =
                Ran.of("model", "check", folder.toString()).json().getFirst().path("decisions");

        // then
        assertThat(decisions.toString())
                .contains("{\"subject\":\"family\",\"value\":\"CLIP\",\"source\":\"config.json\"}")
                .contains("{\"subject\":\"text length\",\"value\":\"77\",\"source\":\"config.json\"}")
                .contains("\"source\":\"proven at opening\"", "\"source\":\"clipstream.json\"")
                .contains("\"subject\":\"scoring\",\"value\":\"softmax, scale ")
                .doesNotContain("Preprocessing[", "Scoring[");
    }

    @Test
    void showAndCheckSayWhichWeightsThereAreAndWhyTheseWereChosen() throws IOException {
        // given
        RandomClip.write(folder, Spec.TINY.weights(Weights.INT8));
        RandomClip.write(folder, Spec.TINY);

        // when
        JsonNode left =
                Ran.of("model", "check", folder.toString()).json().getFirst().path("weightsChoice");
        JsonNode named =
                Ran.of("model", "check", folder + "#int8").json().getFirst().path("weightsChoice");

        // then
        assertThat(left.path("available").toString()).isEqualTo("[\"fp32\",\"int8\"]");
        assertThat(left.path("chosen").asString()).isEqualTo("fp32");
        assertThat(left.path("reason").asString()).startsWith("auto takes").contains("int8", "model compare");
        assertThat(named.path("chosen").asString()).isEqualTo("int8");
        assertThat(named.path("reason").asString()).contains("ask for int8");
        assertThat(Ran.of("model", "show", folder.toString()).out()).contains("auto takes the weights closest");
    }
}
