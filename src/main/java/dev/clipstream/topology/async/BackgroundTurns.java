package dev.clipstream.topology.async;

import java.util.ArrayDeque;
import java.util.Deque;

/// Shares a stream thread between records and the background work of its tasks, such as re-tagging.
///
/// Background work comes in slices of a few milliseconds, which a task does from a wall-clock punctuator. Between two
/// polls, only one slice of one task is done, so a record waits for at most one slice. Tasks take turns. While a task
/// has background work, polls do not wait for records.
///
/// A commit takes the longer, the more outputs it has to wait for. So once the output of a record waits for its commit
/// ([CommitPace]), at most one slice is added to the transaction. A transaction of slices alone is committed when it
/// has [#MOST_OUTPUTS].
///
/// There is one instance for each stream thread; [#ofThisThread()] returns it. Where the clients are not those of a
/// [HeldOffsetsClientSupplier], as in tests of a topology without a broker, each task has its turn whenever it asks.
public final class BackgroundTurns {
    private static final ThreadLocal<BackgroundTurns> OF_THREAD = ThreadLocal.withInitial(BackgroundTurns::new);

    /// Outputs of background work in a transaction. Fewer make commits cheaper, but more frequent.
    static final int MOST_OUTPUTS = 256;

    /// Tasks with background work. The first has the next turn.
    private final Deque<Object> tasks = new ArrayDeque<>();

    private boolean clientsAreWrapped;
    private boolean taken;
    private boolean takenInTransaction;
    private int outputs;

    BackgroundTurns() {}

    /// Returns the instance of the calling thread.
    public static BackgroundTurns ofThisThread() {
        return OF_THREAD.get();
    }

    /// Notes that a task has background work. A second call changes nothing.
    ///
    /// @param task equal to itself only
    public void begin(Object task) {
        if (!tasks.contains(task)) {
            tasks.addLast(task);
        }
    }

    /// Notes that a task has no more background work, or is closed.
    public void end(Object task) {
        tasks.remove(task);
    }

    /// Returns whether a task may do one slice now.
    public boolean take(Object task) {
        if (!clientsAreWrapped) {
            return true;
        }
        if (taken || isHeld() || !task.equals(tasks.peekFirst())) {
            return false;
        }
        taken = true;
        takenInTransaction = true;
        tasks.addLast(tasks.removeFirst());
        return true;
    }

    /// Notes outputs of a slice.
    ///
    /// @param commit requests a commit of the task
    public void forwarded(int count, Runnable commit) {
        outputs += count;
        if (clientsAreWrapped && outputs >= MOST_OUTPUTS) {
            outputs = 0;
            commit.run();
        }
    }

    /// Notes that a transaction is committed or aborted.
    void ended() {
        takenInTransaction = false;
        outputs = 0;
    }

    /// Notes that the thread polls.
    void polled() {
        clientsAreWrapped = true;
        taken = false;
    }

    /// Returns whether a task has background work that it may do now.
    boolean isReady() {
        return !tasks.isEmpty() && !isHeld();
    }

    private boolean isHeld() {
        return takenInTransaction && CommitPace.ofThisThread().hasOutput();
    }
}
