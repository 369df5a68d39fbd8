package dev.clipstream.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.Program;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A demo that is killed and started again on its data.
class DemoRestartIT {
    @TempDir
    private Path folder;

    private Program start() {
        return Program.start(
                "demo", "--port", "0", "--data", folder.resolve("data").toString());
    }

    @Test
    void aRestartedDemoPrintsItsAddressFirstAndPublishesTheSamplesOnlyOnce() {
        // given: killed with events in flight
        try (Program first = start()) {
            first.awaitTalk(line -> line.contains("publishing 62 sample images"));
            first.awaitData(line -> line.contains("car-on-yellow.webp"));
        }

        try (Program again = start()) {
            // when
            again.awaitTalk(line -> line.contains("Ctrl-C"));

            // then
            assertThat(again.talk())
                    .anyMatch(line -> line.contains("media.uploaded has 62 events already"))
                    .noneMatch(line -> line.contains("publishing"));
            assertThat(again.talk()).anyMatch(line -> line.startsWith("clipstream demo: serving at http://127.0.0.1:"));

            // when
            again.terminate();

            // then
            assertThat(again.awaitEnd().exitCode()).isEqualTo(143);
        }
    }
}
