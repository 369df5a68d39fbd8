package dev.clipstream.topology.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FetchPermitsTest {

    @Test
    void aSlowHostCannotHoldAllPermits() throws InterruptedException {
        // given: more fetches from one host than permits, none of which ends
        FetchPermits permits = new FetchPermits(4, 3);
        CountDownLatch begun = new CountDownLatch(3);
        List<Thread> slow = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            slow.add(Thread.ofVirtual().start(() -> {
                try (FetchPermits.Permit _ = permits.acquire("slow")) {
                    begun.countDown();
                    new CountDownLatch(1).await();
                } catch (InterruptedException ended) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        begun.await();

        // then: another host gets a permit, again and again
        for (int i = 0; i < 5; i++) {
            try (FetchPermits.Permit turn = permits.acquire("quick")) {
                assertThat(turn).isNotNull();
            }
        }

        // when: the slow ones are cancelled, with a permit or waiting for one
        slow.forEach(Thread::interrupt);
        for (Thread thread : slow) {
            thread.join();
        }

        // then: all permits are free again, and no host is kept
        assertThat(permits.hosts()).isZero();
        for (int i = 0; i < 3; i++) {
            assertThat(permits.acquire("slow")).isNotNull();
        }
        assertThat(permits.acquire("quick")).isNotNull();
    }

    @Test
    void concurrentFetchesStayWithinTheLimits() throws InterruptedException {
        // given
        FetchPermits permits = new FetchPermits(3, 2);
        AtomicInteger all = new AtomicInteger();
        AtomicInteger mostAll = new AtomicInteger();
        AtomicInteger mostOfOne = new AtomicInteger();
        List<Thread> fetches = new ArrayList<>();
        for (int host = 0; host < 4; host++) {
            String name = "host " + host;
            AtomicInteger one = new AtomicInteger();
            for (int i = 0; i < 50; i++) {
                fetches.add(Thread.ofVirtual().start(() -> {
                    try (FetchPermits.Permit _ = permits.acquire(name)) {
                        mostAll.accumulateAndGet(all.incrementAndGet(), Math::max);
                        mostOfOne.accumulateAndGet(one.incrementAndGet(), Math::max);
                        LockSupport.parkNanos(1_000);
                        one.decrementAndGet();
                        all.decrementAndGet();
                    } catch (InterruptedException unexpected) {
                        Thread.currentThread().interrupt();
                    }
                }));
            }
        }

        // when
        for (Thread fetch : fetches) {
            fetch.join();
        }

        // then
        assertThat(mostAll.get()).isBetween(1, 3);
        assertThat(mostOfOne.get()).isBetween(1, 2);
        assertThat(permits.hosts()).isZero();
    }
}
