package dev.clipstream.topology.async;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Requests a commit soon after a stream thread has forwarded something in a transaction.
///
/// Readers of committed records see an output when its transaction is committed. By the clock alone
/// (`commit.interval.ms`) that is half an interval later on average. So a thread that has processed what it polled
/// commits before it waits for more, unless the previous commit ended only a moment ago. The moment is at least as
/// long as commits take, and grows with the number of outputs: the more of them share a commit, the less it costs
/// each. While records wait in the topics, the clock alone decides, because a commit takes processor time from them.
///
/// Without a transaction, readers see outputs at once, and no commit is requested.
///
/// There is one instance for each stream thread; [#ofThisThread()] returns it. Processors report what they forward,
/// and the clients of a [HeldOffsetsClientSupplier] report transactions and polls.
public final class CommitPace {
    private static final ThreadLocal<CommitPace> OF_THREAD =
            ThreadLocal.withInitial(() -> new CommitPace(System::nanoTime));

    /// Shortest time from the end of a commit to the request of the next.
    static final Duration SHORTEST = Duration.ofMillis(5);

    /// How much longer that time becomes with each output. A thread that forwards more than one in this time commits by
    /// the clock.
    static final Duration EACH = Duration.ofMillis(2);

    private final LongSupplier nanoTime;
    private @Nullable Runnable commit;
    private boolean inTransaction;
    private int outputs;
    private boolean committing;
    private boolean requested;
    private long beganNanos;
    private long endedNanos;
    private long lastNanos;
    private long lastButOneNanos;

    /// @param nanoTime a monotonic clock, in nanoseconds
    CommitPace(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.endedNanos = nanoTime.getAsLong();
    }

    /// Returns the instance of the calling thread.
    public static CommitPace ofThisThread() {
        return OF_THREAD.get();
    }

    /// Notes that a task has forwarded something.
    ///
    /// @param commit requests a commit of the task
    public void forwarded(Runnable commit) {
        if (inTransaction) {
            this.commit = commit;
            outputs++;
        }
    }

    /// Returns whether the output of a record waits for its commit.
    boolean hasOutput() {
        return commit != null;
    }

    /// Notes that the thread has begun a transaction.
    void transactionBegan() {
        inTransaction = true;
    }

    /// Notes that a commit begins. Further calls until its end change nothing.
    void commitBegan() {
        if (!committing) {
            committing = true;
            beganNanos = nanoTime.getAsLong();
        }
    }

    /// Notes that the transaction is committed.
    void committed() {
        long now = nanoTime.getAsLong();
        if (committing) {
            lastButOneNanos = lastNanos;
            lastNanos = now - beganNanos;
        }
        ended(now);
    }

    /// Notes that the transaction is aborted. Its outputs will be forwarded again.
    void aborted() {
        ended(nanoTime.getAsLong());
    }

    private void ended(long now) {
        commit = null;
        outputs = 0;
        inTransaction = false;
        committing = false;
        requested = false;
        endedNanos = now;
    }

    /// Requests a commit if one is due.
    ///
    /// @param longest how long the thread would wait for records now
    /// @param lags    returns whether records wait in the topics, those that yield aside
    /// @return how long it may wait: until the next commit is due, and not at all if one was requested
    Duration beforePoll(Duration longest, BooleanSupplier lags) {
        Runnable due = commit;
        if (due == null || requested) {
            return longest;
        }
        long leftNanos = endedNanos + gapNanos() - nanoTime.getAsLong();
        if (leftNanos > 0) {
            // a consumer waits for whole milliseconds
            Duration left = Duration.ofMillis(TimeUnit.NANOSECONDS.toMillis(leftNanos) + 1);
            return left.compareTo(longest) < 0 ? left : longest;
        }
        if (lags.getAsBoolean()) {
            return longest;
        }
        due.run();
        requested = true;
        return Duration.ZERO;
    }

    private long gapNanos() {
        // a single commit that takes long does not delay the next
        long typicalNanos = Math.min(lastNanos, lastButOneNanos);
        return Math.max(SHORTEST.toNanos(), typicalNanos) + outputs * EACH.toNanos();
    }
}
