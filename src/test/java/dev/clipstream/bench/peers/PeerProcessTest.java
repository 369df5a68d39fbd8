package dev.clipstream.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.clipstream.bench.BenchmarkException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerProcessTest {
    @Test
    void everyLineAsksForImagesAndIsAnsweredByOne() throws Exception {
        // given
        String contender = "echo '{\"ready\": \"sh 1\"}'; while read count; do"
                + " echo \"{\\\"pictures\\\": $count, \\\"seconds\\\": 2.0, \\\"cpuSeconds\\\": 3.5, \\\"peakBytes\\\": 1024}\";"
                + " done";

        try (PeerProcess process = PeerProcess.start(List.of("sh", "-c", contender), List.of())) {
            // then
            assertThat(process.version()).isEqualTo("sh 1");
            assertThat(process.run(8)).isEqualTo(new PeerProcess.Run(8, 2, 3.5, 1024));
            assertThat(process.run(16).perSecond()).isEqualTo(8);
        }
    }

    @Test
    void aContenderThatFailsIsReportedWithTheEndOfItsLog() {
        assertThatExceptionOfType(BenchmarkException.class)
                .isThrownBy(() ->
                        PeerProcess.start(List.of("sh", "-c", "echo no module named torch >&2; exit 1"), List.of()))
                .withMessageContaining("no module named torch");
        assertThatExceptionOfType(BenchmarkException.class)
                .isThrownBy(() -> PeerProcess.start(List.of("no-such-interpreter"), List.of()))
                .withMessageContaining("no-such-interpreter");
    }

    @Test
    void aContenderDoesNotGetVariablesThatHandicapIt() throws Exception {
        // given a variable of this environment
        String contender = "echo \"{\\\"ready\\\": \\\"home ${HOME:+set}\\\"}\"";

        try (PeerProcess with = PeerProcess.start(List.of("/bin/sh", "-c", contender), List.of());
                PeerProcess without = PeerProcess.start(List.of("/bin/sh", "-c", contender), List.of("HOME"))) {
            // then
            assertThat(with.version()).isEqualTo("home set");
            assertThat(without.version()).isEqualTo("home ");
        }
    }

    @Test
    void aContenderThatDoesNotAnswerInTimeIsStopped() throws Exception {
        // given a process that hangs, as does the one that it started
        String contender = "echo '{\"ready\": \"sh 1\"}'; sleep 600; echo late";

        try (PeerProcess process =
                PeerProcess.start(List.of("sh", "-c", contender), List.of(), Duration.ofMillis(500))) {
            assertThatExceptionOfType(BenchmarkException.class)
                    .isThrownBy(() -> process.run(1))
                    .withMessageContaining("Expected an answer within");
        }
    }
}
