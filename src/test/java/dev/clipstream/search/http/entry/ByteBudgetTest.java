package dev.clipstream.search.http.entry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ByteBudgetTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void aShareLargerThanTheWholeIsRefusedWithoutWaiting() throws InterruptedException {
        ByteBudget budget = new ByteBudget(10_240, Duration.ofHours(1));

        boolean added = assertTimeoutPreemptively(PATIENCE, () -> budget.share().add(10_241));

        assertThat(added).isFalse();
        assertThat(budget.bytes()).isEqualTo(10_240);
        assertThat(budget.share().add(10_240)).isTrue();
    }

    @Test
    @Timeout(60)
    void aLargeShareThatWaitsDoesNotDelayASmallOne() throws InterruptedException {
        // given
        ByteBudget budget = new ByteBudget(10_240, Duration.ofHours(1));
        try (ByteBudget.Share first = budget.share()) {
            assertThat(first.add(5000)).isTrue();
            Thread large = Thread.startVirtualThread(() -> addAndClose(budget, 10_000));
            while (large.getState() != Thread.State.TIMED_WAITING) {
                Thread.sleep(1);
            }

            // when
            assertThat(budget.share().add(1024)).isTrue();
            large.interrupt();
            large.join();
        }
    }

    private static void addAndClose(ByteBudget budget, int bytes) {
        try (ByteBudget.Share share = budget.share()) {
            var _ = share.add(bytes);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
