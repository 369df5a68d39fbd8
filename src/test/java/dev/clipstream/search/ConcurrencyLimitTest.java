package dev.clipstream.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ConcurrencyLimitTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final ConcurrentLinkedQueue<Long> order = new ConcurrentLinkedQueue<>();

    @Test
    void cheapOperationsGoFirstAndEqualOnesInOrderOfArrival() throws Exception {
        ConcurrencyLimit limit = new ConcurrencyLimit(1, 10, LONG, "test");
        ConcurrencyLimit.Permit held = limit.acquire();
        List<Thread> waiting = List.of(wait(limit, 30), wait(limit, 10), wait(limit, 20));

        held.close();
        for (Thread thread : waiting) {
            thread.join();
        }

        assertThat(order).containsExactly(10L, 20L, 30L);
    }

    @Test
    void theMostExpensiveOfTooManyIsRefused() throws Exception {
        ConcurrencyLimit limit = new ConcurrencyLimit(1, 1, LONG, "test");
        try (ConcurrencyLimit.Permit _ = limit.acquire()) {
            CompletableFuture<Throwable> refused = new CompletableFuture<>();
            Thread expensive = Thread.ofVirtual().start(() -> {
                try (ConcurrencyLimit.Permit _ = limit.acquire(2)) {
                    refused.complete(new AssertionError("Expected a refusal"));
                } catch (SearchException e) {
                    refused.complete(e);
                }
            });
            awaitWaiting(expensive);

            // then: one that costs as much is refused, and one that costs less takes the place
            assertThatThrownBy(() -> limit.acquire(2)).isInstanceOf(SearchException.class);
            wait(limit, 1);
            assertThat(refused.get()).isInstanceOf(SearchException.class);
        }
    }

    @Test
    void aThreadThatWaitsTooLongFailsAndLosesNoPermit() {
        ConcurrencyLimit limit = new ConcurrencyLimit(1, 1, Duration.ofMillis(10), "test");
        try (ConcurrencyLimit.Permit _ = limit.acquire()) {
            assertThatThrownBy(limit::acquire)
                    .isInstanceOf(SearchException.class)
                    .hasMessageContaining("to test within 0 s");
        }
        limit.acquire().close();
    }

    private Thread wait(ConcurrencyLimit limit, long cost) throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        Thread thread = Thread.ofVirtual().start(() -> {
            started.countDown();
            try (ConcurrencyLimit.Permit _ = limit.acquire(cost)) {
                order.add(cost);
            }
        });
        started.await();
        awaitWaiting(thread);
        return thread;
    }

    private static void awaitWaiting(Thread thread) throws InterruptedException {
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.sleep(1);
        }
    }
}
