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
class FetchTurnsTest {

    @Test
    void aSlowHostCannotHoldEveryTurn() throws InterruptedException {
        // given: more fetches from one host than there are turns, none of which ends
        FetchTurns turns = new FetchTurns(4, 3);
        CountDownLatch begun = new CountDownLatch(3);
        List<Thread> slow = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            slow.add(Thread.ofVirtual().start(() -> {
                try (FetchTurns.Turn _ = turns.take("slow")) {
                    begun.countDown();
                    new CountDownLatch(1).await();
                } catch (InterruptedException ended) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        begun.await();

        // then: another host has its turn, again and again
        for (int i = 0; i < 5; i++) {
            try (FetchTurns.Turn turn = turns.take("quick")) {
                assertThat(turn).isNotNull();
            }
        }

        // when: the slow ones are given up, with a turn or waiting for one
        slow.forEach(Thread::interrupt);
        for (Thread thread : slow) {
            thread.join();
        }

        // then: every turn is free again, and no host is kept
        assertThat(turns.hosts()).isZero();
        for (int i = 0; i < 3; i++) {
            assertThat(turns.take("slow")).isNotNull();
        }
        assertThat(turns.take("quick")).isNotNull();
    }

    @Test
    void noMoreThanTheLimitsAreFetchedAtOnce() throws InterruptedException {
        // given
        FetchTurns turns = new FetchTurns(3, 2);
        AtomicInteger all = new AtomicInteger();
        AtomicInteger mostAll = new AtomicInteger();
        AtomicInteger mostOfOne = new AtomicInteger();
        List<Thread> fetches = new ArrayList<>();
        for (int host = 0; host < 4; host++) {
            String name = "host " + host;
            AtomicInteger one = new AtomicInteger();
            for (int i = 0; i < 50; i++) {
                fetches.add(Thread.ofVirtual().start(() -> {
                    try (FetchTurns.Turn _ = turns.take(name)) {
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
        assertThat(turns.hosts()).isZero();
    }
}
