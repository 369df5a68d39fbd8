package dev.clipstream.topology.async;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PollWaitTest {
    private static final Duration TIMEOUT = Duration.ofMillis(100);

    private final AtomicLong now = new AtomicLong(-7);
    private final HeldOffsets held = new HeldOffsets();
    private final PollWait wait = new PollWait(now::get);

    @Test
    void theWaitGrowsWithTheTimeThatTheNewestRecordTakes() {
        // given
        held.entered();

        // then
        assertThat(wait.of(held, TIMEOUT)).isEqualTo(Duration.ofMillis(2));
        assertThat(after(Duration.ofMillis(100))).isEqualTo(Duration.ofMillis(2));
        assertThat(after(Duration.ofMillis(200))).isEqualTo(Duration.ofMillis(6));
        assertThat(after(Duration.ofSeconds(30))).isEqualTo(Duration.ofMillis(10));
    }

    @Test
    void aNewRecordBesideOneThatHangsIsWaitedForBriefly() {
        // given
        held.entered();
        wait.of(held, TIMEOUT);
        after(Duration.ofSeconds(30));

        // when
        held.entered();

        // then
        assertThat(wait.of(held, TIMEOUT)).isEqualTo(Duration.ofMillis(2));

        // when
        held.left(1);

        // then
        assertThat(after(Duration.ofSeconds(30))).isEqualTo(Duration.ofMillis(10));
    }

    @Test
    void recordsThatWaitForTheirInputDoNotDelayOthers() {
        // given: a hundred fetches from a silent server
        for (int fetch = 0; fetch < 100; fetch++) {
            held.entered();
            held.waits(1);
        }
        wait.of(held, TIMEOUT);
        after(Duration.ofSeconds(30));

        // when
        held.entered();

        // then
        assertThat(wait.of(held, TIMEOUT)).isEqualTo(Duration.ofMillis(2));
    }

    private Duration after(Duration time) {
        now.addAndGet(time.toNanos());
        return wait.of(held, TIMEOUT);
    }
}
