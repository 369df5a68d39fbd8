package dev.clipstream.clip.batch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WorkingBatchSizeTest {

    @Test
    void afterABatchThatDoesNotFitTheNextHasHalfTheSize() {
        // given
        WorkingBatchSize size = new WorkingBatchSize(64);

        // when
        size.ranOutOfMemoryAt(64);
        size.ranOutOfMemoryAt(32);

        // then
        assertThat(size.current()).isEqualTo(16);
    }

    @Test
    void itNeverFallsBelowOne() {
        // given
        WorkingBatchSize size = new WorkingBatchSize(2);

        // when
        size.ranOutOfMemoryAt(2);
        size.ranOutOfMemoryAt(1);

        // then
        assertThat(size.current()).isEqualTo(1);
    }

    @Test
    void onlyManyFullBatchesMakeItGrowAgain() {
        // given
        WorkingBatchSize size = new WorkingBatchSize(64);
        size.ranOutOfMemoryAt(64);

        // when
        fit(size, 31, 1000);
        int afterSmallOnes = size.current();
        fit(size, 32, 63);
        int afterFullOnes = size.current();
        fit(size, 32, 1);

        // then
        assertThat(afterSmallOnes).isEqualTo(32);
        assertThat(afterFullOnes).isEqualTo(32);
        assertThat(size.current()).isEqualTo(40);
    }

    @Test
    void afterGrowingTooFarItWaitsTwiceAsLong() {
        // given it grew from 32 to 40, which does not fit
        WorkingBatchSize size = new WorkingBatchSize(64);
        size.ranOutOfMemoryAt(64);
        fit(size, 32, 64);
        size.ranOutOfMemoryAt(40);

        // when
        fit(size, 20, 127);
        int before = size.current();
        fit(size, 20, 1);

        // then
        assertThat(before).isEqualTo(20);
        assertThat(size.current()).isEqualTo(25);
    }

    @Test
    void itGrowsBackToTheMaximumAndNoFurther() {
        // given
        WorkingBatchSize size = new WorkingBatchSize(10);
        size.ranOutOfMemoryAt(10);

        // when
        for (int i = 0; i < 64 * 10; i++) {
            size.fitted(size.current());
        }

        // then
        assertThat(size.current()).isEqualTo(10);
    }

    private static void fit(WorkingBatchSize size, int batch, int times) {
        for (int i = 0; i < times; i++) {
            size.fitted(batch);
        }
    }
}
