package dev.clipstream.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ScheduleTest {
    private final Schedule schedule = new Schedule(1e-3, 10);

    @Test
    void theRateRisesLinearlyThenFallsAlongACosine() {
        assertThat(schedule.rate(0, 0)).isCloseTo(1e-4, within(1e-9));
        assertThat(schedule.rate(4, 0)).isCloseTo(5e-4, within(1e-9));
        assertThat(schedule.rate(10, 0)).isCloseTo(1e-3, within(1e-9));
        assertThat(schedule.rate(500, 0.5)).isCloseTo(1e-3 * (0.01 + 0.99 / 2), within(1e-9));
        assertThat(schedule.rate(1000, 1)).isCloseTo(1e-5, within(1e-9));
    }

    @Test
    void afterTheEndTheRateStaysAtItsMinimum() {
        assertThat(schedule.rate(2000, 1.5)).isEqualTo(schedule.rate(1000, 1));
    }
}
