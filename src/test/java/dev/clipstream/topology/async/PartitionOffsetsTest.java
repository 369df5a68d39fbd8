package dev.clipstream.topology.async;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PartitionOffsetsTest {
    /// Committed is 5; 7 and 9 are finished, 5, 6 and 8 are not.
    private static final FinishedOffsets COMMITTED = new FinishedOffsets(5, 10, new long[] {5, 6, 8}, 3);

    @Test
    void aCommitIsThatOfTheFirstRecordInFlightAndNamesTheFinishedOnesAbove() {
        // given
        PartitionOffsets offsets = new PartitionOffsets(null);
        begin(offsets, 10, 11, 12, 13, 20);
        offsets.polled(20, 4);

        // when
        offsets.finish(10);
        offsets.finish(12);
        offsets.finish(20);

        // then
        assertThat(offsets.at(21)).isEqualTo(new FinishedOffsets(11, 21, new long[] {11, 13}, 4));
    }

    @Test
    void aCommitWithoutRecordsInFlightIsTheWantedOne() {
        // given
        PartitionOffsets offsets = new PartitionOffsets(null);
        begin(offsets, 10);
        offsets.finish(10);

        // then: the next offsets hold no records
        assertThat(offsets.at(15)).isEqualTo(FinishedOffsets.none(15));
    }

    @Test
    void aCommitBeforeAnythingIsReadRepeatsTheCommittedSet() {
        assertThat(new PartitionOffsets(COMMITTED).at(5)).isEqualTo(COMMITTED);
    }

    @Test
    void whatIsFinishedIsSkippedAndStaysFinishedWhileItIsReadAgain() {
        // given
        PartitionOffsets offsets = new PartitionOffsets(COMMITTED);

        // then
        assertThat(offsets.isFinished(5)).isFalse();
        begin(offsets, 5, 6);
        assertThat(offsets.isFinished(7)).isTrue();
        offsets.skip(7);
        assertThat(offsets.at(8)).isEqualTo(COMMITTED);

        // when
        offsets.finish(5);
        offsets.finish(6);

        // then: 8 was not read yet
        assertThat(offsets.at(8)).isEqualTo(new FinishedOffsets(8, 10, new long[] {8}, 3));
        assertThat(offsets.isFinished(8)).isFalse();
        begin(offsets, 8);
        assertThat(offsets.isFinished(9)).isTrue();
        offsets.skip(9);
        assertThat(offsets.isFinished(10)).isFalse();
        offsets.finish(8);
        assertThat(offsets.at(10)).isEqualTo(FinishedOffsets.none(10));
    }

    @Test
    void anExpectedRecordThatDoesNotExistAnyMoreHoldsNothing() {
        // given: 6 was compacted away
        PartitionOffsets offsets = new PartitionOffsets(COMMITTED);
        begin(offsets, 5);
        offsets.skip(7);

        // when
        offsets.finish(5);

        // then
        assertThat(offsets.at(8)).isEqualTo(new FinishedOffsets(8, 10, new long[] {8}, 3));
    }

    @Test
    void afterAResetToALowerOffsetNothingIsSkipped() {
        // given: the topic was cut, so that it is read from its beginning
        PartitionOffsets offsets = new PartitionOffsets(COMMITTED);

        // when
        begin(offsets, 2);

        // then
        assertThat(offsets.isFinished(7)).isFalse();
        assertThat(offsets.at(3)).isEqualTo(FinishedOffsets.none(2));
    }

    @Test
    void afterAResetToAHigherOffsetTheRestIsSkipped() {
        // given: 5 and 6 were deleted
        PartitionOffsets offsets = new PartitionOffsets(COMMITTED);

        // then
        assertThat(offsets.isFinished(7)).isTrue();
        offsets.skip(7);
        assertThat(offsets.at(8)).isEqualTo(new FinishedOffsets(8, 10, new long[] {8}, 3));
    }

    @Test
    void recordsThatANewLeaderWroteAreNotFinished() {
        // given: an unclean election lost 9, and another record took its offset
        PartitionOffsets offsets = new PartitionOffsets(COMMITTED);
        offsets.polled(5, 3);
        offsets.polled(6, 3);
        offsets.polled(7, 3);
        offsets.polled(8, 3);
        offsets.polled(9, 4);

        // then
        begin(offsets, 5, 6);
        assertThat(offsets.isFinished(7)).isTrue();
        offsets.skip(7);
        begin(offsets, 8);
        assertThat(offsets.isFinished(9)).isFalse();
        begin(offsets, 9);
        assertThat(offsets.at(10)).isEqualTo(new FinishedOffsets(5, 9, new long[] {5, 6, 8}, 4));
    }

    @Test
    void nothingIsFinishedFromWhereReadingWentBackToEvenBeforeATaskGetsThere() {
        // given: all is finished
        PartitionOffsets offsets = new PartitionOffsets(null);
        offsets.polled(0, 3);
        begin(offsets, 0, 1, 2, 3);
        offsets.polled(3, 3);
        offsets.finish(1);
        offsets.finish(2);
        offsets.finish(3);

        // when: a new leader lost the log from 2 on, and its records were polled, but not read yet
        offsets.polled(2, 4);
        offsets.polled(5, 4);

        // then
        assertThat(offsets.at(2)).isEqualTo(new FinishedOffsets(0, 2, new long[] {0}, 4));

        // when
        begin(offsets, 2, 3);
        offsets.finish(3);

        // then
        assertThat(offsets.at(4)).isEqualTo(new FinishedOffsets(0, 4, new long[] {0, 2}, 4));
    }

    @Test
    void aRecordInFlightFromBeforeAResetFinishesNothingThatFollows() {
        // given: 100 is in flight when the partition is read from its beginning
        PartitionOffsets offsets = new PartitionOffsets(null);
        begin(offsets, 100, 3);

        // when
        offsets.finish(100);
        begin(offsets, 4);
        offsets.finish(4);

        // then
        assertThat(offsets.at(5)).isEqualTo(new FinishedOffsets(3, 5, new long[] {3}, -1));
    }

    @Test
    void anOffsetThatIsInFlightTwiceIsFinishedTwice() {
        // given
        PartitionOffsets offsets = new PartitionOffsets(null);
        begin(offsets, 3, 4, 3, 4);

        // when
        offsets.finish(3);
        offsets.finish(4);

        // then
        assertThat(offsets.at(5).committed()).isEqualTo(3);

        // when
        offsets.finish(3);
        offsets.finish(4);

        // then
        assertThat(offsets.at(5)).isEqualTo(FinishedOffsets.none(5));
    }

    @Test
    void theBytesOfTheDistancesNeverGrowWhenARecordIsFinished() {
        // given: distances of one byte, and of two
        PartitionOffsets offsets = new PartitionOffsets(null);
        begin(offsets, 0, 100, 200, 1_000);

        // then
        assertThat(offsets.distanceBytes()).isEqualTo(4);

        // when
        offsets.finish(100);

        // then
        assertThat(offsets.distanceBytes()).isEqualTo(4);

        // when
        offsets.finish(1_000);
        offsets.finish(0);

        // then
        assertThat(offsets.distanceBytes()).isZero();
    }

    private static void begin(PartitionOffsets offsets, long... read) {
        for (long offset : read) {
            assertThat(offsets.isFinished(offset)).isFalse();
            offsets.begin(offset);
        }
    }
}
