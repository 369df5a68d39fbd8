package dev.clipstream.topology.async;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CommitPaceTest {
    private static final Duration TIMEOUT = Duration.ofMillis(100);
    private static final Duration LONG = Duration.ofMinutes(1);

    private final AtomicLong now = new AtomicLong(-7);
    private final CommitPace pace = new CommitPace(now::get);
    private final AtomicInteger requests = new AtomicInteger();

    @BeforeEach
    void longAfterTheLastCommit() {
        passes(LONG);
    }

    @Test
    void anOutputIsCommittedBeforeTheThreadWaits() {
        // given
        forward(1);

        // when
        Duration wait = pace.beforePoll(TIMEOUT, () -> false);

        // then
        assertThat(requests).hasValue(1);
        assertThat(wait).isZero();
    }

    @Test
    void aCommitIsRequestedOnce() {
        // given: a rebalance delays the commit
        forward(1);
        pace.beforePoll(TIMEOUT, () -> false);

        // when
        passes(LONG);
        Duration wait = pace.beforePoll(TIMEOUT, () -> false);

        // then
        assertThat(requests).hasValue(1);
        assertThat(wait).isEqualTo(TIMEOUT);
    }

    @Test
    void nothingIsRequestedWithoutAnOutput() {
        // given
        forward(1);
        pace.beforePoll(TIMEOUT, () -> false);
        commit(Duration.ofMillis(3));

        // when
        passes(LONG);
        Duration wait = pace.beforePoll(TIMEOUT, () -> false);

        // then
        assertThat(requests).hasValue(1);
        assertThat(wait).isEqualTo(TIMEOUT);
    }

    @Test
    void nothingIsRequestedOutsideATransaction() {
        // given: at least once
        pace.forwarded(requests::incrementAndGet);

        // when
        Duration wait = pace.beforePoll(TIMEOUT, () -> false);

        // then
        assertThat(requests).hasValue(0);
        assertThat(wait).isEqualTo(TIMEOUT);
    }

    @Test
    void anOutputJustAfterACommitWaitsAFewMilliseconds() {
        // given
        commit(Duration.ZERO);
        passes(Duration.ofMillis(1));
        forward(1);

        // when
        Duration wait = pace.beforePoll(TIMEOUT, () -> false);

        // then
        assertThat(requests).hasValue(0);
        assertThat(wait).isEqualTo(Duration.ofMillis(7));

        // when
        passes(wait);
        wait = pace.beforePoll(TIMEOUT, () -> false);

        // then
        assertThat(requests).hasValue(1);
        assertThat(wait).isZero();
    }

    @Test
    void aShorterWaitOfTheThreadIsKept() {
        // given
        commit(Duration.ZERO);
        forward(1);

        // when
        Duration wait = pace.beforePoll(Duration.ofMillis(2), () -> false);

        // then
        assertThat(wait).isEqualTo(Duration.ofMillis(2));
    }

    @Test
    void slowCommitsTakeAtMostHalfOfTheTime() {
        // given
        commit(Duration.ofMillis(200));
        commit(Duration.ofMillis(200));
        forward(1);

        // when
        Duration wait = pace.beforePoll(Duration.ofSeconds(10), () -> false);

        // then
        assertThat(wait).isEqualTo(Duration.ofMillis(203));
    }

    @Test
    void manyOutputsShareACommit() {
        // given
        commit(Duration.ZERO);

        for (int i = 0; i < 1_000; i++) {
            // when: faster than one in two milliseconds
            passes(Duration.ofNanos(1_900_000));
            forward(1);
            pace.beforePoll(TIMEOUT, () -> false);
        }

        // then: the clock commits
        assertThat(requests).hasValue(0);
    }

    @Test
    void aSingleSlowCommitDoesNotDelayTheNext() {
        // given
        commit(Duration.ofMillis(2));
        commit(Duration.ofMillis(300));
        forward(1);

        // when
        Duration wait = pace.beforePoll(TIMEOUT, () -> false);

        // then
        assertThat(wait).isEqualTo(Duration.ofMillis(8));
    }

    @Test
    void theClockDecidesWhileRecordsWait() {
        // given
        forward(1);

        // when
        Duration wait = pace.beforePoll(TIMEOUT, () -> true);

        // then
        assertThat(requests).hasValue(0);
        assertThat(wait).isEqualTo(TIMEOUT);

        // when
        wait = pace.beforePoll(TIMEOUT, () -> false);

        // then
        assertThat(requests).hasValue(1);
        assertThat(wait).isZero();
    }

    @Test
    void theNextCommitIsRequestedAfterAnAbort() {
        // given
        forward(1);
        pace.beforePoll(TIMEOUT, () -> false);

        // when
        pace.aborted();
        passes(LONG);

        // then
        assertThat(pace.beforePoll(TIMEOUT, () -> false)).isEqualTo(TIMEOUT);

        // when
        forward(1);

        // then
        assertThat(pace.beforePoll(TIMEOUT, () -> false)).isZero();
        assertThat(requests).hasValue(2);
    }

    private void forward(int outputs) {
        pace.transactionBegan();
        for (int i = 0; i < outputs; i++) {
            pace.forwarded(requests::incrementAndGet);
        }
    }

    private void commit(Duration time) {
        pace.commitBegan();
        passes(time);
        pace.commitBegan();
        pace.committed();
    }

    private void passes(Duration time) {
        now.addAndGet(time.toNanos());
    }
}
