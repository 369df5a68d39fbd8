package dev.clipstream.image.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.image.ImageException;
import dev.clipstream.image.format.Footprint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Limits the memory of all decodes together.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DecodeMemoryTest {
    private static final long MEBIBYTE = 1 << 20;

    @Test
    void decodesTogetherNeverHoldMoreThanTheDecodeMemory() throws Exception {
        // given: a memory of 10 MiB, and shares of 1 to 7 MiB
        DecodeMemory memory = new DecodeMemory(10 * MEBIBYTE);

        // when
        AtomicLong held = new AtomicLong();
        AtomicLong most = new AtomicLong();
        List<DecodeCost> costs = List.of(DecodeCost.values());
        List<Future<?>> decodes = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 400; i++) {
                long bytes = (i % 7 + 1) * MEBIBYTE;
                DecodeCost cost = costs.get(i % costs.size());
                decodes.add(threads.submit(() -> {
                    try (DecodeMemory.Share _ = memory.take(Footprint.onHeap(bytes), cost)) {
                        most.accumulateAndGet(held.addAndGet(bytes), Math::max);
                        LockSupport.parkNanos(100_000);
                        held.addAndGet(-bytes);
                    }
                    return null;
                }));
            }
        }

        // then: all finish
        for (Future<?> decode : decodes) {
            assertThat(decode.get()).isNull();
        }
        assertThat(most.get()).isBetween(7 * MEBIBYTE, 10 * MEBIBYTE);
    }

    @Test
    void aDecodeOfLittleCostDoesNotWaitBehindCostlyOnes() throws Exception {
        // given: a large decode, and one that waits for it
        DecodeMemory memory = new DecodeMemory(64 * MEBIBYTE);
        DecodeMemory.Share running = memory.take(Footprint.onHeap(40 * MEBIBYTE), DecodeCost.HUGE);
        Thread waiting = Thread.ofVirtual().start(() -> {
            try (DecodeMemory.Share share = memory.take(Footprint.onHeap(40 * MEBIBYTE), DecodeCost.HUGE)) {
                assertThat(share).isNotNull();
            } catch (ImageException unexpected) {
                throw new AssertionError(unexpected);
            }
        });
        while (waiting.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }

        // when
        for (int i = 0; i < 100; i++) {
            try (DecodeMemory.Share share = memory.take(Footprint.onHeap(6 * MEBIBYTE), DecodeCost.MEDIUM)) {
                assertThat(share).isNotNull();
            }
        }

        // then
        assertThat(waiting.getState()).isEqualTo(Thread.State.WAITING);
        running.close();
        waiting.join();

        // and an image that needs nearly all of it gets all
        memory.take(Footprint.onHeap(64 * MEBIBYTE), DecodeCost.HUGE).close();
    }

    @Test
    void decodesOfLittleCostTakeAlsoWhatCostlyOnesLeave() throws Exception {
        // given
        DecodeMemory memory = new DecodeMemory(64 * MEBIBYTE);

        // when: one has room in the eighth that they have to themselves, and nine in the rest
        List<DecodeMemory.Share> together = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            together.add(memory.take(Footprint.onHeap(6 * MEBIBYTE), DecodeCost.MEDIUM));
        }

        // then
        assertThat(together).hasSize(10);
        together.forEach(DecodeMemory.Share::close);
        memory.takeAll().close();
    }

    @Test
    void aNativeDecodeThatNeedsMoreThanTheDecodeMemoryRunsAlone() throws Exception {
        // given
        DecodeMemory memory = new DecodeMemory(MEBIBYTE);

        // when
        for (int i = 0; i < 3; i++) {
            try (DecodeMemory.Share share = memory.take(Footprint.outOfHeap(100 * MEBIBYTE), DecodeCost.HUGE)) {
                // then: it gets its share, and gets it again after returning it
                assertThat(share).isNotNull();
            }
        }
    }
}
