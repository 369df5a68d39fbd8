package dev.clipstream.bench.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.clipstream.bench.decode.DecodeMeasurements.Row;
import dev.clipstream.image.codec.Libjpeg;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs the decoding benchmark with few images. The results must be consistent on any machine.
class DecodeBenchmarkTest {

    @Test
    void generatedJpegsAreMeasuredWithoutPython() throws Exception {
        // given
        List<String> logged = new ArrayList<>();
        Path folder;
        DecodeMeasurements found;

        // when
        try (ImageSets sets = ImageSets.create()) {
            folder = sets.folder();
            found = new DecodeBenchmark(1, "no-such-python", logged::add)
                    .run(sets.generated(List.of("320x240")), sets.folder());
        }

        // then
        Row row = found.rows().getFirst();
        assertThat(row.images()).isEqualTo("320x240");
        assertThat(row.fastMillis()).isPositive();
        assertThat(row.exactMillis()).isPositive();
        assertThat(row.libjpegMillis() != null).isEqualTo(Libjpeg.isAvailable());
        assertThat(row.pillowFullMillis()).isNull();
        assertThat(row.fastAllocatedBytes())
                .as("the result is allocated at least")
                .isGreaterThan(224 * 224 * 3);
        assertThat(found.peer()).isNull();
        assertThat(logged).anyMatch(line -> line.contains("no-such-python"));
        assertThat(folder).doesNotExist();
    }

    @Test
    void aFolderOfOtherFormatsIsMeasuredWithoutLibjpeg(@TempDir Path folder) throws Exception {
        // given
        Path png = Path.of("src", "test", "resources", "fixtures", "decode");
        try (var files = Files.list(png)) {
            Path first = files.filter(file -> file.toString().endsWith(".png"))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
            Files.copy(first, folder.resolve("a.png"));
        }

        // when
        DecodeMeasurements found;
        try (ImageSets sets = ImageSets.create()) {
            found = new DecodeBenchmark(1, "no-such-python", line -> {}).run(ImageSets.of(folder), sets.folder());
        }

        // then
        assertThat(found.rows().getFirst().count()).isEqualTo(1);
        assertThat(found.rows().getFirst().libjpegMillis()).isNull();
    }

    @Test
    void aSizeThatIsNoneIsRefused() throws Exception {
        try (ImageSets sets = ImageSets.create()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> sets.generated(List.of("640")))
                    .withMessageContaining("--sizes");
        }
    }
}
