package dev.clipstream.topology.tagging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.runtime.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A small [RetaggingDrill]: the labels change, the instance is killed half-way, and two others take over.
class RetaggingIT {
    private static final int LIBRARY = 400;

    @TempDir
    private static Path folder;

    @Test
    void everyMediumEndsWithTheNewLabelsAndNothingIsWrittenWithoutACause() throws Exception {
        // given
        try (EmbeddedBroker broker = EmbeddedBroker.at(folder.resolve("broker"));
                RetaggingDrill drill = new RetaggingDrill(broker, folder, "it")) {
            // when
            RetaggingDrill.Report report = drill.run(LIBRARY, 20, Duration.ofMillis(200));

            // then
            assertThat(report.wrong()).isEmpty();
            assertThat(report.causeless()).isEmpty();
            assertThat(report.retagged()).isPositive();
        }
    }
}
