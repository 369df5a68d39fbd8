package dev.clipstream.topology.tagging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.tag.LabelsPosition;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetaggingStateTest {
    private static final Instant STARTED = Instant.parse("2026-03-01T12:00:00.123Z");
    private static final RetaggingProgress HALF = new RetaggingProgress(
            3,
            new LabelsPosition("topic", 17),
            "ab".repeat(32),
            false,
            100,
            300,
            20,
            2,
            STARTED,
            STARTED.plusSeconds(10));

    @Test
    void whatIsWrittenIsRead() {
        // given
        RetaggingState state = new RetaggingState(HALF, new byte[] {1, 2, 0});

        // when
        RetaggingState read = RetaggingState.read(3, state.write()).orElseThrow();

        // then
        assertThat(read.progress()).isEqualTo(HALF);
        assertThat(read.cursor()).containsExactly(1, 2, 0);
        assertThat(RetaggingState.read(3, new RetaggingState(HALF, null).write())
                        .orElseThrow()
                        .cursor())
                .isNull();
    }

    @Test
    void bytesOfAnotherVersionOrCutOnesAreNoProgress() {
        // given
        byte[] written = new RetaggingState(HALF, new byte[] {1, 2, 0}).write();
        byte[] other = written.clone();
        other[0]++;

        // then
        assertThat(RetaggingState.progress(3, other)).isEmpty();
        for (int length = 0; length < written.length; length++) {
            assertThat(RetaggingState.progress(3, Arrays.copyOf(written, length)))
                    .isEmpty();
        }
    }

    @Test
    void theRemainingTimeFollowsFromThePace() {
        // then: 100 in 10 s, 200 are left
        assertThat(HALF.remaining()).isEqualTo(Optional.of(Duration.ofSeconds(20)));
    }
}
