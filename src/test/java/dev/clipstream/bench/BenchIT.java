package dev.clipstream.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.offset;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Runs every part of the benchmark with few images. The results must be consistent on any machine.
class BenchIT {
    private static final Map<String, String> SETTINGS =
            Map.of("clipstream.model.path", "src/test/resources/models/random-tiny", "clipstream.model.devices", "cpu");

    @Test
    void theResultsAreConsistent() throws Exception {
        // given
        List<String> talk = new ArrayList<>();
        PipelineBenchmark benchmark = new PipelineBenchmark(
                SETTINGS, SyntheticImages.jpegs(4, 64, 48), new PipelineBenchmark.Extent(120, 2, 200, 20), talk::add);

        // when
        JsonMapper json = JsonMapper.builder().build();
        JsonNode found = json.readTree(json.writeValueAsString(benchmark.run()));

        // then
        JsonNode model = found.get("model");
        int best = model.get("bestBatch").asInt();
        assertThat(model.get("batchesAtOnce").asInt())
                .isIn(1, Runtime.getRuntime().availableProcessors());
        assertThat(model.get("picturesPerSecond").propertyNames())
                .containsExactlyInAnyOrder("1", "2", "4", "8", "16", "32");
        model.get("picturesPerSecond")
                .forEach(rate -> assertThat(rate.asDouble())
                        .isPositive()
                        .isLessThanOrEqualTo(model.get("picturesPerSecond")
                                .get(Integer.toString(best))
                                .asDouble()));

        JsonNode limited = found.get("limited");
        assertThat(limited.get("pictures").asInt()).isEqualTo(120);
        assertThat(limited.get("ratio").asDouble())
                .isPositive()
                .isCloseTo(
                        limited.get("picturesPerSecond").asDouble()
                                / limited.get("sessionPerSecond").asDouble(),
                        offset(1e-9));
        assertThat(limited.get("ratios")).hasSize(3);
        assertThat(limited.get("cpuSeconds").propertyNames()).contains("decode", "batch and model");
        assertThat(limited.get("sessionCpuSeconds").asDouble()).isPositive();
        requireBatches(limited.get("batches"), 120);

        JsonNode unbound = found.get("unbound");
        assertThat(unbound.get("eventsPerSecond").asDouble()).isPositive();
        requireBatches(unbound.get("batches"), 200);
        assertThat(unbound.get("cpuSeconds").propertyNames())
                .contains("decode", "stream: embedding", "stream: tagging", "broker", "batch and model");
        assertThat(unbound.get("stageMillis").propertyNames()).contains("decode", "embed", "held");

        JsonNode latency = found.get("latency");
        assertThat(latency.get("device").asString()).isIn("cpu", "no-op");
        assertThat(latency.get("p50Millis").asDouble())
                .isPositive()
                .isLessThanOrEqualTo(latency.get("p99Millis").asDouble());
        assertThat(found.get("memory").get("peakResidentBytes").asLong())
                .isGreaterThan(found.get("memory").get("weightsBytes").asLong());
        assertThat(talk).anyMatch(line -> line.startsWith("segment 2 of 2"));
    }

    @Test
    void anImageLargerThanKafkasDefaultPassesAndABrokenOneIsReported() throws Exception {
        // given a JPEG with 2 MiB after its end, which decoders ignore
        byte[] jpeg = SyntheticImages.jpegs(1, 64, 48).getFirst();
        byte[] large = Arrays.copyOf(jpeg, 2 << 20);

        try (BrokerProcess broker = BrokerProcess.start(large.length);
                PipelineUnderTest test = PipelineUnderTest.start(SETTINGS, broker, UnaryOperator.identity())) {
            // when
            double seconds = test.stream().flood(List.of(large), 3);

            // then
            assertThat(seconds).isPositive();
            assertThat(test.batches().pictures()).isEqualTo(3);
            assertThatExceptionOfType(BenchmarkException.class)
                    .isThrownBy(() -> test.stream().flood(List.of("no picture".getBytes(StandardCharsets.UTF_8)), 1))
                    .withMessageContaining("rejection");
            assertThatExceptionOfType(BenchmarkException.class)
                    .isThrownBy(() -> test.stream().flood(List.of(new byte[4 << 20]), 1))
                    .withMessageContaining("reach the broker");
        }
    }

    private static void requireBatches(JsonNode batches, int pictures) {
        assertThat(batches.get("pictures").asInt()).as("every picture ran once").isEqualTo(pictures);
        int max = batches.get("max").asInt();
        assertThat(batches.get("mean").asDouble()).isBetween(1.0, (double) max);
        assertThat(batches.get("runsUnderLoad").asInt())
                .isLessThanOrEqualTo(batches.get("runs").asInt());
        assertThat(batches.get("meanUnderLoad").asDouble()).isBetween(0.0, (double) max);
    }
}
