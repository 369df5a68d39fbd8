package dev.clipstream.image.preprocess;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.image.format.Footprint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// What decodes hold together, whatever they hold alone.
class DecodeMemoryTest {
    private static final long MEBIBYTE = 1 << 20;

    @Test
    void decodesNeverHoldMoreThanThereIsForAll() throws Exception {
        // given room for 10 MiB, and shares of 1 to 7
        DecodeMemory memory = new DecodeMemory(10 * MEBIBYTE);

        // when
        AtomicLong held = new AtomicLong();
        AtomicLong most = new AtomicLong();
        List<Future<?>> decodes = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 400; i++) {
                long bytes = (i % 7 + 1) * MEBIBYTE;
                decodes.add(threads.submit(() -> {
                    try (DecodeMemory.Share _ = memory.take(Footprint.onHeap(bytes))) {
                        most.accumulateAndGet(held.addAndGet(bytes), Math::max);
                        LockSupport.parkNanos(100_000);
                        held.addAndGet(-bytes);
                    }
                    return null;
                }));
            }
        }

        // then all had their turn
        for (Future<?> decode : decodes) {
            assertThat(decode.get()).isNull();
        }
        assertThat(most.get()).isBetween(7 * MEBIBYTE, 10 * MEBIBYTE);
    }

    @Test
    void aNativeDecoderThatNeedsMoreThanThereIsRunsAlone() throws Exception {
        // given
        DecodeMemory memory = new DecodeMemory(MEBIBYTE);

        // when
        for (int i = 0; i < 3; i++) {
            try (DecodeMemory.Share share = memory.take(Footprint.outOfHeap(100 * MEBIBYTE))) {
                // then it got its share, and got it again after it was given back
                assertThat(share).isNotNull();
            }
        }
    }
}
