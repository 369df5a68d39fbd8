package dev.clipstream.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FetchMemoryTest {

    @Test
    void fetchesThatHoldMemoryAndWaitForMoreDoNotDeadlock() throws Exception {
        // given: 64 fetches of up to 100 bytes that grow byte by byte, in a memory of 150 bytes
        FetchMemory memory = new FetchMemory(150, 150);
        AtomicLong most = new AtomicLong();
        List<Future<?>> fetches = new ArrayList<>();

        // when
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 64; i++) {
                int bytes = 1 + new Random(i).nextInt(100);
                fetches.add(threads.submit(() -> {
                    try (FetchMemory.Share share = memory.open(MemoryPart.WHOLE)) {
                        share.claim(bytes);
                        for (int taken = 0; taken < bytes; taken++) {
                            share.take(1);
                            most.accumulateAndGet(memory.held(), Math::max);
                            LockSupport.parkNanos(1_000);
                        }
                        share.settle();
                    }
                    return null;
                }));
            }
        }

        // then: all finish, within the memory
        for (Future<?> fetch : fetches) {
            assertThat(fetch.get()).isNull();
        }
        assertThat(most.get()).isBetween(100L, 150L);
        assertThat(memory.held()).isZero();
    }

    @Test
    void memoryIsNotGrantedIfThenNoFetchCouldFinish() throws Exception {
        // given: a memory of 10 bytes; two fetches claim 8 bytes each and hold 4 and 2
        FetchMemory memory = new FetchMemory(10, 10);
        FetchMemory.Share one = memory.open(MemoryPart.WHOLE);
        FetchMemory.Share other = memory.open(MemoryPart.WHOLE);
        one.claim(8);
        other.claim(8);
        one.take(4);
        other.take(2);

        // when: a third byte for the second fetch would leave too little for either to finish
        CompletableFuture<Void> taken = new CompletableFuture<>();
        Thread waiting = waiting(() -> {
            other.take(1);
            taken.complete(null);
        });

        // then: it waits, and the first can finish
        one.take(4);
        assertThat(taken).isNotDone();

        // when
        one.close();

        // then
        waiting.join();
        assertThat(taken).isCompleted();
        assertThat(memory.held()).isEqualTo(3);
    }

    @Test
    void whileAFetchWaitsNoFurtherFetchBegins() throws Exception {
        // given
        FetchMemory memory = new FetchMemory(10, 10);
        FetchMemory.Share holder = memory.open(MemoryPart.WHOLE);
        holder.claim(10);
        holder.take(10);
        FetchMemory.Share second = memory.open(MemoryPart.WHOLE);
        second.claim(1);
        Thread waiting = waiting(() -> second.take(1));

        // when
        CompletableFuture<FetchMemory.Share> opened = new CompletableFuture<>();
        Thread opening = waiting(() -> opened.complete(memory.open(MemoryPart.WHOLE)));

        // then
        assertThat(opened).isNotDone();

        // when
        holder.close();
        waiting.join();
        opening.join();

        // then
        assertThat(opened).isCompleted();
    }

    @Test
    void fetchesOfTheHalfLeaveTheOtherHalf() throws Exception {
        // given: the half is full, and a fetch waits for it
        FetchMemory memory = new FetchMemory(10, 5);
        FetchMemory.Share holder = memory.open(MemoryPart.HALF);
        holder.claim(5);
        holder.take(5);
        FetchMemory.Share second = memory.open(MemoryPart.HALF);
        second.claim(5);
        CompletableFuture<Void> taken = new CompletableFuture<>();
        Thread waiting = waiting(() -> {
            second.take(1);
            taken.complete(null);
        });

        // when
        FetchMemory.Share other = memory.open(MemoryPart.WHOLE);
        other.claim(5);
        other.take(5);

        // then
        assertThat(memory.held()).isEqualTo(10);
        assertThat(taken).isNotDone();
        other.close();
        assertThat(taken).isNotDone();
        holder.close();
        waiting.join();
        assertThat(taken).isCompleted();
        assertThatThrownBy(() -> memory.open(MemoryPart.HALF).claim(6)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void settledFetchesHoldTheirMemoryButAreNoLongerLookedAt() throws Exception {
        // given: a thousand media of 1 byte that wait to be decoded, all of the half
        FetchMemory memory = new FetchMemory(2_000, 1_000);
        List<FetchMemory.Share> settled = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            FetchMemory.Share share = memory.open(MemoryPart.HALF);
            share.claim(2);
            share.take(1);
            share.settle();
            settled.add(share);
        }

        // then
        assertThat(memory.running()).isZero();
        assertThat(memory.held()).isEqualTo(1_000);

        // when a fetch of the half needs another byte, it waits for one of them
        FetchMemory.Share next = memory.open(MemoryPart.HALF);
        next.claim(1);
        CompletableFuture<Void> taken = new CompletableFuture<>();
        Thread waiting = waiting(() -> {
            next.take(1);
            taken.complete(null);
        });
        try (FetchMemory.Share other = memory.open(MemoryPart.WHOLE)) {
            other.claim(1_000);
            other.take(1_000);
            assertThat(memory.running()).isEqualTo(2);
        }
        assertThat(taken).isNotDone();
        settled.removeFirst().close();
        waiting.join();

        // then
        assertThat(taken).isCompleted();
        next.close();
        settled.forEach(FetchMemory.Share::close);
        assertThat(memory.held()).isZero();
        assertThat(memory.running()).isZero();
    }

    @Test
    void fetchesOfBothPartsShareTheMemoryAndAllFinish() throws Exception {
        // given
        FetchMemory memory = new FetchMemory(150, 75);
        AtomicLong mostOfHalf = new AtomicLong();
        AtomicLong ofHalf = new AtomicLong();
        List<Future<?>> fetches = new ArrayList<>();

        // when: each takes up to its claim piece by piece
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 400; i++) {
                MemoryPart part = i % 2 == 0 ? MemoryPart.WHOLE : MemoryPart.HALF;
                int pieces = 1 + i % 7;
                fetches.add(threads.submit(() -> {
                    try (FetchMemory.Share share = memory.open(part)) {
                        share.claim(70);
                        for (int piece = 0; piece < pieces; piece++) {
                            share.take(10);
                            if (part == MemoryPart.HALF) {
                                mostOfHalf.accumulateAndGet(ofHalf.addAndGet(10), Math::max);
                            }
                            Thread.onSpinWait();
                        }
                        if (part == MemoryPart.HALF) {
                            ofHalf.addAndGet(-10L * pieces);
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> fetch : fetches) {
                fetch.get();
            }
        }

        // then
        assertThat(mostOfHalf.get()).isBetween(10L, 75L);
        assertThat(memory.held()).isZero();
    }

    @Test
    void anInterruptedWaitReleasesItsPlace() throws Exception {
        // given
        FetchMemory memory = new FetchMemory(10, 10);
        FetchMemory.Share holder = memory.open(MemoryPart.WHOLE);
        holder.claim(10);
        holder.take(10);
        FetchMemory.Share second = memory.open(MemoryPart.WHOLE);
        second.claim(1);
        Thread waiting = waiting(() -> second.take(1));

        // when
        waiting.interrupt();
        waiting.join();
        second.close();

        // then: the next fetch begins
        assertThat(memory.open(MemoryPart.WHOLE)).isNotNull();
        assertThat(memory.held()).isEqualTo(10);
    }

    @Test
    void theMemoryIsAQuarterOfTheHeapOrTwiceTheLargestMediumUpToHalfOfTheHeap() throws Exception {
        long mebibyte = 1 << 20;

        // 256 MiB of 1 GiB
        FetchMemory.Share all =
                FetchMemory.ofHeap(32 * mebibyte, 1024 * mebibyte).open(MemoryPart.WHOLE);
        all.claim(256 * mebibyte);
        assertThatThrownBy(() -> all.claim(256 * mebibyte + 1)).isInstanceOf(IllegalStateException.class);

        // twice the largest medium, in a heap of 160 MiB
        FetchMemory.Share one =
                FetchMemory.ofHeap(32 * mebibyte, 160 * mebibyte).open(MemoryPart.WHOLE);
        one.claim(64 * mebibyte);
        assertThatThrownBy(() -> one.claim(64 * mebibyte + 1)).isInstanceOf(IllegalStateException.class);

        assertThatThrownBy(() -> FetchMemory.ofHeap(32 * mebibyte, 127 * mebibyte))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Expected embedding.max-bytes of at most 33292288 with a heap of 127 MiB, found 33554432."
                        + " Lower it, or raise the heap (-Xmx) to 128 MiB.");
    }

    private interface Wait {
        void run() throws InterruptedException;
    }

    /// Returns a thread that is waiting.
    private static Thread waiting(Wait wait) {
        Thread thread = Thread.ofPlatform().start(() -> {
            try {
                wait.run();
            } catch (InterruptedException givenUp) {
                Thread.currentThread().interrupt();
            }
        });
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        return thread;
    }
}
