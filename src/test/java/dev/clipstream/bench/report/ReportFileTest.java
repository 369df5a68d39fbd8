package dev.clipstream.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.clipstream.bench.BenchmarkException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportFileTest {
    @TempDir
    private Path folder;

    @Test
    void theFileIsWrittenAgainAfterEachPartInAFolderThatWasMissing() throws Exception {
        // given
        Path path = folder.resolve("reports/today/bench.html");
        ReportFile file = ReportFile.open(path);
        Section first = Section.failed("Pipeline", "clipstream bench pipeline", "no broker");
        Section second = Section.failed("Decoding", "clipstream bench decode", "no image");

        // when, then
        file.write(new Report("1", Instant.EPOCH, List.of(first)));
        assertThat(path).content().contains("no broker").doesNotContain("no image");
        file.write(new Report("1", Instant.EPOCH, List.of(first, second)));
        assertThat(path).content().contains("no broker", "no image");
    }

    @Test
    void aFileThatCannotBeWrittenIsRefusedBeforeAnythingIsMeasured() {
        assertThatExceptionOfType(BenchmarkException.class)
                .isThrownBy(() -> ReportFile.open(folder))
                .withMessageStartingWith("--out: Expected a file");
    }
}
