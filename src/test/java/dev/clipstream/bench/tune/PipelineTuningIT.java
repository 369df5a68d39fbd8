package dev.clipstream.bench.tune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.bench.SyntheticImages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Tunes a small model for a few seconds.
class PipelineTuningIT {
    @Test
    void theBareModelAndThePipelineAreMeasuredAndSettingsAreChosen() throws Exception {
        // given
        List<String> talk = new ArrayList<>();

        // when
        Tuned found = new PipelineTuning(
                        Map.of(
                                "clipstream.model.path",
                                "src/test/resources/models/random-tiny",
                                "clipstream.model.devices",
                                "cpu"),
                        List.of(),
                        SyntheticImages.jpegs(2, 64, 48),
                        Duration.ofSeconds(2),
                        talk::add)
                .run();

        // then
        assertThat(found.tried()).extracting(Tuned.Tried::stage).contains("session", "pipeline");
        assertThat(found.tried())
                .allSatisfy(tried -> assertThat(tried.imagesPerSecond()).isPositive());
        assertThat(found.finals())
                .isNotEmpty()
                .allSatisfy(rate -> assertThat(rate.mean()).isBetween(rate.least(), rate.most()));
        assertThat(found.chosen())
                .isIn(found.finals().stream().map(Tuned.Rate::candidate).toList());
        assertThat(found.sure()).isNotBlank();
        assertThat(talk).anyMatch(line -> line.startsWith("pipeline, fp32"));
    }
}
