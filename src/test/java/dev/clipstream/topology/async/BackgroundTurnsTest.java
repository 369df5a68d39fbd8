package dev.clipstream.topology.async;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BackgroundTurnsTest {
    private final BackgroundTurns turns = new BackgroundTurns();
    private final Object one = new Object();
    private final Object other = new Object();

    @AfterEach
    void endTheTransaction() {
        CommitPace.ofThisThread().aborted();
    }

    @Test
    void tasksTakeTurnsAndOnlyOneDoesASliceBetweenTwoPolls() {
        // given
        turns.begin(one);
        turns.begin(other);
        turns.begin(one);

        // when
        List<Boolean> taken = new ArrayList<>();
        for (int poll = 0; poll < 3; poll++) {
            turns.polled();
            taken.add(turns.take(one));
            taken.add(turns.take(other));
        }

        // then
        assertThat(taken).containsExactly(true, false, false, true, true, false);
    }

    @Test
    void aTaskThatEndedHasNoTurn() {
        // given
        turns.begin(one);
        turns.begin(other);
        turns.polled();

        // when
        turns.end(one);

        // then
        assertThat(turns.take(one)).isFalse();
        assertThat(turns.take(other)).isTrue();
        turns.end(other);
        assertThat(turns.isReady()).isFalse();
    }

    @Test
    void withoutOurClientsATaskMayAlwaysDoASlice() {
        // given
        turns.begin(one);

        // then
        assertThat(turns.take(one)).isTrue();
        assertThat(turns.take(one)).isTrue();
    }

    @Test
    void onceTheOutputOfARecordWaitsForItsCommitOneSliceIsAdded() {
        // given
        CommitPace pace = CommitPace.ofThisThread();
        turns.begin(one);
        pace.transactionBegan();
        pace.forwarded(() -> {});

        // when
        turns.polled();
        boolean first = turns.take(one);
        turns.polled();
        boolean second = turns.take(one);

        // then
        assertThat(first).isTrue();
        assertThat(second).isFalse();
        assertThat(turns.isReady()).isFalse();

        // when
        pace.committed();
        turns.ended();

        // then
        assertThat(turns.take(one)).isTrue();
    }

    @Test
    void manyOutputsRequestACommit() {
        // given
        List<String> commits = new ArrayList<>();
        turns.polled();

        // when
        turns.forwarded(BackgroundTurns.MOST_OUTPUTS - 1, () -> commits.add("early"));
        turns.forwarded(1, () -> commits.add("due"));

        // then
        assertThat(commits).containsExactly("due");

        // when
        turns.forwarded(BackgroundTurns.MOST_OUTPUTS - 1, () -> commits.add("early"));
        turns.ended();
        turns.forwarded(1, () -> commits.add("early"));

        // then
        assertThat(commits).containsExactly("due");
    }
}
