package dev.clipstream.bench.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.clipstream.clip.ModelException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// Runs the device benchmark on the CPU, and the script for GPUs where there is none.
class DeviceBenchIT {
    private static final Path BUNDLE = Path.of("src/test/resources/models/random-tiny");

    @Test
    void everyWayOfTheDeviceIsMeasuredAndComparedWithTheCpu() throws Exception {
        // given
        DeviceBenchmark benchmark = new DeviceBenchmark(BUNDLE, "cpu", Duration.ofMillis(50), line -> {});

        // when
        DeviceMeasurements found = benchmark.run("a machine");

        // then
        assertThat(found.hardware()).isEqualTo("a machine");
        assertThat(found.ways())
                .extracting(DeviceMeasurements.Way::name)
                .containsExactly("cpu fp32", "cpu fp32, images as bytes");
        for (DeviceMeasurements.Way way : found.ways()) {
            DeviceMeasurements.Alone alone = way.alone().orElseThrow();
            assertThat(alone.imagesPerSecond()).containsOnlyKeys(1, 2, 4, 8, 16);
            assertThat(alone.best()).isPositive();
            assertThat(alone.leastCosine()).isGreaterThan(0.99999);
        }
        assertThat(found.decoding().imagesPerSecond()).isPositive();
        assertThat(found.endToEndWay()).isEqualTo("cpu fp32");
        assertThat(found.endToEnd().imagesPerSecond()).isPositive();
        assertThat(found.endToEnd().cpuSeconds()).containsKeys("decode", "batch and model", "broker");
    }

    @Test
    void aMachineWithoutCudaIsToldWhatIsMissing() throws Exception {
        Assumptions.assumeFalse(finds("nvidia-smi"), "there is an NVIDIA GPU");

        // when
        Process script = new ProcessBuilder("scripts/gpu-check")
                .redirectErrorStream(true)
                .start();
        String said = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        // then
        assertThat(script.waitFor()).isEqualTo(3);
        assertThat(said).contains("an NVIDIA GPU with its driver", "scripts/gpu-check --devices cpu");
    }

    @Test
    void aDeviceThatDoesNotOpenIsRefusedWithItsReason() {
        Assumptions.assumeFalse(finds("nvidia-smi"), "there is an NVIDIA GPU");
        DeviceBenchmark benchmark = new DeviceBenchmark(BUNDLE, "cuda:0", Duration.ofMillis(10), line -> {});

        assertThatExceptionOfType(ModelException.class)
                .isThrownBy(() -> benchmark.run(""))
                .withMessageContaining("-Pgpu");
    }

    private static boolean finds(String program) {
        try {
            return new ProcessBuilder(program).redirectErrorStream(true).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
