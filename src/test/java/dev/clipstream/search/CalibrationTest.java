package dev.clipstream.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrationTest {
    private static final ModelIdentity MODEL = new ModelIdentity("m", "0".repeat(64), 8);

    @TempDir
    private Path folder;

    @Test
    void aPercentileIsTheShareOfUnrelatedPairsWithASmallerCosine() {
        // given: uniformly distributed directions
        Random random = new Random(1);
        List<Embedding> media = directions(random, 500);
        Calibration measured = Calibration.measure(MODEL, media, directions(random, 100), 20_000, 1);

        // then: half of the cosines are below 0, and all are below 1
        assertThat(measured.percentile(0, true)).isCloseTo(50, within(3.0));
        assertThat(measured.percentile(0, false)).isCloseTo(50, within(3.0));
        assertThat(measured.percentile(1, false)).isEqualTo(100);
        assertThat(measured.percentile(-1, true)).isZero();
        assertThat(measured.percentile(0.5, true)).isGreaterThan(measured.percentile(0.4, true));
    }

    @Test
    void aWrittenCalibrationIsReadBack() throws IOException {
        Random random = new Random(2);
        Calibration measured = Calibration.measure(MODEL, directions(random, 30), directions(random, 5), 1000, 1);
        Path file = folder.resolve("calibration.json");

        measured.write(file);

        Calibration read = Calibration.read(file);
        assertThat(read.model()).isEqualTo(MODEL);
        assertThat(read.pictures()).isEqualTo(measured.pictures());
        assertThat(read.texts()).isEqualTo(measured.texts());
    }

    @Test
    void aFileThatIsNotACalibrationIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("none.json"), "{\"pairs\": 1}");

        assertThatThrownBy(() -> Calibration.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("index calibrate");
    }

    private static List<Embedding> directions(Random random, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    float[] values = new float[8];
                    for (int j = 0; j < values.length; j++) {
                        values[j] = (float) random.nextGaussian();
                    }
                    return Embedding.normalize(values);
                })
                .toList();
    }
}
