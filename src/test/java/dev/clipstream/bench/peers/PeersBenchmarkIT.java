package dev.clipstream.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.bench.SyntheticImages;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs Clipstream's own contenders in their processes.
class PeersBenchmarkIT {
    @TempDir
    private Path folder;

    @Test
    void theRawSessionAndThePipelineTakeTurnsAndAbsentPeersAreNamed() throws Exception {
        // given
        Path images = Files.createDirectory(folder.resolve("images"));
        Files.write(images.resolve("a.jpg"), SyntheticImages.jpegs(1, 64, 48).getFirst());
        Path python = Files.writeString(folder.resolve("python-without-packages"), "#!/bin/sh\necho '{}'\n");
        assertThat(python.toFile().setExecutable(true)).isTrue();
        List<String> talk = new ArrayList<>();

        // when
        PeersMeasurements found = new PeersBenchmark(
                        Path.of("src/test/resources/models/random-tiny"),
                        Map.of("clipstream.model.devices", "cpu"),
                        new PeersBenchmark.Extent(4, 1, 1),
                        images,
                        List.of(python.toString()),
                        talk::add)
                .run();

        // then
        assertThat(found.rows())
                .extracting(PeersMeasurements.Row::name)
                .containsExactly("raw session on ready tensors", "Clipstream: Kafka, vectors, tags");
        assertThat(found.rows()).allSatisfy(row -> {
            assertThat(row.weights()).isEqualTo("fp32");
            assertThat(row.picturesPerSecond()).isPositive();
            assertThat(row.cpuMillis()).isPositive();
            assertThat(row.peakBytes()).isGreaterThan(10 << 20);
            assertThat(row.toLoop()).isNull();
        });
        assertThat(found.absent())
                .extracting(PeersMeasurements.Absent::name)
                .containsExactly("bare ONNX Runtime loop, Python", "transformers", "infinity");
        assertThat(found.absent())
                .allSatisfy(absent -> assertThat(absent.reason()).contains("pip install"));
        assertThat(talk).anyMatch(line -> line.startsWith("round 1 of 1"));
    }
}
