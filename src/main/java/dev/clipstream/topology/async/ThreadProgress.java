package dev.clipstream.topology.async;

import java.time.Duration;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/// Progress of one stream thread, as its clients see it: the steps it has taken, and the call that it is in.
///
/// A step is a commit, or a poll while nothing waits but records in flight, which have their own time limits (see
/// [HeldOffsetsStage]). A thread that takes no more steps although records wait hangs in a call of a client, gets no
/// records, or starts over again and again. The stream thread writes, and the producer's thread after a failed send;
/// any thread may read.
final class ThreadProgress {
    /// A call of a client that has not returned.
    ///
    /// @param name       of the client and the method, for messages
    /// @param sinceNanos of [System#nanoTime]
    private record Call(Object client, String name, long sinceNanos) {}

    private volatile long steps;
    private volatile long pollsCountSince = System.nanoTime();
    private volatile @Nullable Call call;

    /// Notes a commit.
    void committed() {
        pollsCountSince = System.nanoTime();
        step();
    }

    /// Notes that a send or a transaction failed, so the thread starts over. Polls are no steps then until a commit, or
    /// until a time has passed.
    void failed(Duration time) {
        pollsCountSince = System.nanoTime() + time.toNanos();
    }

    /// Notes a poll while nothing waits but records in flight.
    void polled() {
        if (System.nanoTime() - pollsCountSince >= 0) {
            step();
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    private void step() {
        steps++;
    }

    void entered(Object client, String name) {
        call = new Call(client, name, System.nanoTime());
    }

    void returned() {
        call = null;
    }

    /// Returns the number of steps so far.
    long steps() {
        return steps;
    }

    /// Returns the call that the thread is in, as words.
    String doing() {
        Call now = call;
        return now == null ? "gets no records" : "waits in " + now.name();
    }

    /// Returns whether the thread has been in one call of a producer for this time.
    boolean hangsFor(Duration time) {
        Call now = call;
        return now != null
                && now.client() instanceof Producer<?, ?>
                && System.nanoTime() - now.sinceNanos() >= time.toNanos();
    }

    /// Ends a call of a producer that has taken this time, by closing the producer. The thread fails, and its
    /// transaction is aborted.
    void breakOff(Duration time) {
        Call now = call;
        if (now != null && hangsFor(time) && now.client() instanceof Producer<?, ?> producer) {
            producer.close(Duration.ZERO);
        }
    }
}
