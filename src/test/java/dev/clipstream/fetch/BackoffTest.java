package dev.clipstream.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {

    @ParameterizedTest
    @CsvSource({"1, 200", "2, 400", "3, 800", "4, 1600", "5, 2000", "6, 2000", "40, 2000", "2147483647, 2000"})
    void thePauseIsRandomBetweenZeroAndABoundThatDoubles(int failures, long boundMillis) {
        Backoff backoff = new Backoff(Duration.ofMillis(200), Duration.ofMillis(2000), new Random(1));
        Set<Long> quarters = new HashSet<>();

        for (int round = 0; round < 1_000; round++) {
            long pause = backoff.after(failures, Optional.empty()).toMillis();
            assertThat(pause).isBetween(0L, boundMillis);
            quarters.add(Math.min(3, pause * 4 / boundMillis));
        }

        assertThat(quarters).containsExactlyInAnyOrder(0L, 1L, 2L, 3L);
    }

    @Test
    void retryAfterIsALowerBound() {
        Backoff backoff = new Backoff(Duration.ofMillis(200), Duration.ofMillis(200), new Random(1));

        for (int round = 0; round < 100; round++) {
            assertThat(backoff.after(1, Optional.of(Duration.ofSeconds(7)))).isEqualTo(Duration.ofSeconds(7));
            assertThat(backoff.after(1, Optional.of(Duration.ZERO))).isBetween(Duration.ZERO, Duration.ofMillis(200));
            assertThat(backoff.after(1, Optional.of(Duration.ofMillis(100))))
                    .isBetween(Duration.ofMillis(100), Duration.ofMillis(200));
        }
    }

    @Test
    void aFirstBackoffOfZeroMeansNoPause() {
        Backoff backoff = new Backoff(Duration.ZERO, Duration.ZERO, new Random(1));

        assertThat(backoff.after(3, Optional.empty())).isZero();
    }
}
