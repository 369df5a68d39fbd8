package dev.clipstream.topology.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.image.preprocess.DecodeCost;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FairQueueTest {
    private static final List<DecodeCost> RANKS = List.of(DecodeCost.values());

    private final FairQueue<Object> queue = new FairQueue<>();

    @Test
    void imagesOfOneClassKeepTheirOrder() {
        // given
        List<Object> added = List.of("a", "b", "c");
        added.forEach(image -> queue.add(DecodeCost.LARGE, image));

        // then
        assertThat(List.of(next(100), next(100), next(100))).isEqualTo(added);
        assertThat(queue.next(any -> true)).isEmpty();
    }

    @Test
    void aSmallImageThatComesWaitsForOneHugeOneAtMost() {
        // given: a run of huge images, which had the thread alone until now
        for (int i = 0; i < 10; i++) {
            queue.add(DecodeCost.HUGE, "huge " + i);
        }
        assertThat(next(3_000)).isEqualTo("huge 0");
        assertThat(next(3_000)).isEqualTo("huge 1");

        // when
        for (int i = 0; i < 100; i++) {
            queue.add(DecodeCost.SMALL, "small " + i);
        }

        // then
        for (int i = 0; i < 100; i++) {
            assertThat(next(2)).isEqualTo("small " + i);
        }
        assertThat(next(3_000)).isEqualTo("huge 2");
    }

    @Test
    void costlyImagesDoNotStarve() {
        // given: images of all classes, without end
        Map<DecodeCost, Long> millis = new EnumMap<>(DecodeCost.class);
        for (DecodeCost cost : DecodeCost.values()) {
            queue.add(cost, "first");
        }

        // when
        for (int i = 0; i < 100_000; i++) {
            DecodeCost cost = queue.next(any -> true).orElseThrow();
            queue.add(cost, "another " + i);
            long took = 3L << (3 * RANKS.indexOf(cost));
            queue.take(cost);
            queue.took(cost, TimeUnit.MILLISECONDS.toNanos(took));
            millis.merge(cost, took, Long::sum);
        }

        // then: each class has half the time of the one that is cheaper
        double all = millis.values().stream().mapToLong(Long::longValue).sum();
        assertThat(DecodeCost.values())
                .allSatisfy(cost -> assertThat(millis.getOrDefault(cost, 0L) / all)
                        .isBetween(0.95 * (8 >> RANKS.indexOf(cost)) / 15, 1.05 * (8 >> RANKS.indexOf(cost)) / 15));
    }

    @Test
    void aClassThatWasIdleHasNoShareSaved() {
        // given: small images alone, for a long time
        for (int i = 0; i < 1_000; i++) {
            queue.add(DecodeCost.SMALL, i);
            next(4);
        }

        // when, then
        assertThat(mediumOf34WhenBothClassesHaveImages()).isBetween(1, 3);
    }

    @Test
    void aClassThatWasEmptyGetsNoCreditForOneThatWasIneligible() {
        // given: small images for a long time, while a large one waits for a thread that takes it
        queue.add(DecodeCost.LARGE, "large");
        for (int i = 0; i < 1_000; i++) {
            queue.add(DecodeCost.SMALL, i);
            take(queue.next(cost -> cost == DecodeCost.SMALL).orElseThrow(), 4);
        }

        // when
        assertThat(next(256)).isEqualTo("large");

        // then
        assertThat(mediumOf34WhenBothClassesHaveImages()).isBetween(1, 3);
    }

    /// Returns how many of 34 images are of the medium class: by the weights, one of 32 ms to 16 small ones of 4 ms.
    private int mediumOf34WhenBothClassesHaveImages() {
        for (int i = 0; i < 100; i++) {
            queue.add(DecodeCost.MEDIUM, "medium " + i);
            queue.add(DecodeCost.SMALL, "small " + i);
        }
        int medium = 0;
        for (int i = 0; i < 34; i++) {
            boolean small = queue.next(any -> true).orElseThrow() == DecodeCost.SMALL;
            next(small ? 4 : 32);
            medium += small ? 0 : 1;
        }
        return medium;
    }

    @Test
    void anIneligibleClassWaits() {
        // given
        queue.add(DecodeCost.HUGE, "huge");
        queue.add(DecodeCost.SMALL, "small");
        queue.add(DecodeCost.SMALL, "withdrawn");

        // when
        boolean removed = queue.remove(DecodeCost.SMALL, "withdrawn");
        Optional<DecodeCost> first = queue.next(cost -> cost != DecodeCost.HUGE);
        Object small = queue.take(first.orElseThrow());

        // then
        assertThat(removed).isTrue();
        assertThat(small).isEqualTo("small");
        assertThat(queue.next(cost -> cost != DecodeCost.HUGE)).isEmpty();
        assertThat(queue.removeAll()).containsExactly("huge");
    }

    private Object next(long millis) {
        return take(queue.next(any -> true).orElseThrow(), millis);
    }

    private Object take(DecodeCost cost, long millis) {
        Object image = queue.take(cost);
        queue.took(cost, TimeUnit.MILLISECONDS.toNanos(millis));
        return image;
    }
}
