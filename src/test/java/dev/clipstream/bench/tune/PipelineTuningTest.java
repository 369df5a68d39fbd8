package dev.clipstream.bench.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.clipstream.bench.Measurements;
import dev.clipstream.bench.tune.Tuned.Rate;
import dev.clipstream.runtime.settings.Settings;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

class PipelineTuningTest {
    private static final Candidate DEFAULTS = new Candidate("fp32", 4, 4, 8);
    private static final Candidate OTHER = new Candidate("int8", 3, 1, 16);

    @Test
    void allCoresAndAllButOneAreDividedAmongOneToAsManyBatches() {
        assertThat(PipelineTuning.arrangements(DEFAULTS, true, List.of()))
                .extracting(Candidate::threads, Candidate::batches)
                .containsExactly(tuple(4, 4), tuple(4, 2), tuple(4, 1), tuple(3, 3), tuple(3, 1));
        assertThat(PipelineTuning.arrangements(DEFAULTS, false, List.of("fp32", "fp16")))
                .extracting(Candidate::weights)
                .containsExactly("fp32", "fp16");
        assertThat(PipelineTuning.arrangements(new Candidate("fp32", 1, 1, 8), true, List.of()))
                .hasSize(1);
    }

    @Test
    void settingsThatWereGivenArePartOfTheDefaults() throws Exception {
        Settings given = Settings.of(Map.of("clipstream.model.threads", "1", "clipstream.embedding.batch", "3"));

        assertThat(PipelineTuning.given(given, "fp32", true, 4)).isEqualTo(new Candidate("fp32", 1, 1, 3));
        assertThat(PipelineTuning.given(Settings.of(Map.of()), "fp32", true, 4)).isEqualTo(DEFAULTS);
    }

    @Test
    void theSmallestOfNearlyEqualBatchSizesIsTaken() {
        assertThat(PipelineTuning.bestSize(new TreeMap<>(Map.of(1, 50.0, 8, 98.0, 16, 100.0, 32, 90.0))))
                .isEqualTo(8);
    }

    @Test
    void theDefaultsStayUnlessEveryRoundIsFaster() {
        Rate defaults = new Rate(DEFAULTS, 3, 10, 11, 12);

        assertThat(PipelineTuning.decide(new Rate(OTHER, 3, 12.5, 13, 14), defaults)
                        .chosen())
                .isEqualTo(OTHER);
        assertThat(PipelineTuning.decide(new Rate(OTHER, 3, 11.5, 13, 14), defaults))
                .isEqualTo(
                        new PipelineTuning.Decision(
                                DEFAULTS,
                                "The defaults stay: the fastest other settings differ by 18 %, within the spread of 3 rounds."));
        assertThat(PipelineTuning.decide(new Rate(OTHER, 1, 20, 20, 20), new Rate(DEFAULTS, 1, 10, 10, 10))
                        .chosen())
                .as("one round says nothing about the spread")
                .isEqualTo(DEFAULTS);
        assertThat(PipelineTuning.decide(defaults, defaults).sure()).contains("are the fastest");
    }

    @Test
    void theFileHoldsSettingsThatTheServiceReads() {
        // given
        Tuned tuned = new Tuned(
                Measurements.Machine.here(),
                "clip",
                OTHER,
                DEFAULTS,
                "Sure.",
                List.of(new Rate(OTHER, 3, 1, 2, 3)),
                List.of());

        // when
        JsonNode file = new YAMLMapper().readTree(tuned.yaml("it's a model"));

        // then
        Map<String, String> settings = new TreeMap<>();
        flatten("", file, settings);
        Settings read = Settings.of(settings);
        assertThat(read.model().path()).isEqualTo("it's a model");
        assertThat(read.model().weights()).isEqualTo("int8");
        assertThat(read.model().threads()).isEqualTo(3);
        assertThat(read.model().batches()).isEqualTo(1);
        assertThat(read.embedding().batch()).isEqualTo(16);
    }

    private static void flatten(String name, JsonNode node, Map<String, String> into) {
        if (node.isObject()) {
            node.properties()
                    .forEach(member -> flatten(
                            name.isEmpty() ? member.getKey() : name + "." + member.getKey(), member.getValue(), into));
        } else {
            into.put(name, node.asString());
        }
    }
}
