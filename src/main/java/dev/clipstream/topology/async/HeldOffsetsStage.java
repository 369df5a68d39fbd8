package dev.clipstream.topology.async;

import dev.clipstream.topology.Position;
import dev.clipstream.topology.topic.Refusals;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/// Has many records of a task in flight at once, and forwards their outcomes in the order of the partition.
///
/// `process` hands the record to the [AsyncWork] and returns. Completed heads are forwarded by the next `process`
/// and by a punctuator. The punctuator exists only while records are in flight, because every punctuation causes a
/// commit. No record in flight is committed, since the clients of a [HeldOffsetsClientSupplier] lower every commit
/// to the first one. So this processor is as safe as one that blocks, under at-least-once and exactly-once.
///
/// Belongs to one task and runs on its stream thread; only the futures are completed on other threads.
/// Back-pressure: the wrapped clients pause the partitions of a full window ([BackPressure]). `process` itself
/// waits for a head only if the window holds several times its limit, which the settings of the topology prevent.
/// If the clients are not wrapped, `process` waits for every record, which is slow but correct.
///
/// A record is added to the window first, and removed only after `forward` has returned, so an exception at any
/// point loses no record. On close the work in flight is cancelled; the next owner of the partition repeats it.
///
/// A head whose work has run for longer than the head timeout gets the outcome "stuck" if many others have
/// overtaken it, see [StageProgress]. If no work completes at all any more, the head is stuck if it is alone in
/// flight or if a later record of its window has completed: then the environment works and the record is bad.
/// Otherwise the environment has failed, and the instance stops.
final class HeldOffsetsStage<K, V, R> implements Processor<K, V, K, R> {
    /// Outcomes are forwarded at most once in this time, and at most once for each poll.
    static final Duration TICK = Duration.ofMillis(2);

    private static final long HEAD_POLL_MILLIS = 20;

    /// Records that are ready get a verdict first, since the others may be waiting for one of them.
    private static final int WAITING_TIMES = 2;

    private final AsyncWork<K, V, R> work;
    private final StageLimits limits;
    private final HeldMetrics metrics;
    private final StageProgress progress;
    private final Supplier<HeldOffsets> guard;

    private ProcessorContext<K, R> context;
    private HeldOffsets held;
    private InFlightWindow<K, R> window;
    private @Nullable Cancellable ticking;
    private @Nullable Position unfinished;

    /// @param progress of all tasks of this topology in the JVM
    HeldOffsetsStage(AsyncWork<K, V, R> work, StageLimits limits, HeldMetrics metrics, StageProgress progress) {
        this(work, limits, metrics, progress, HeldOffsets::ofThisThread);
    }

    /// @param guard returns the held offsets of the calling thread
    HeldOffsetsStage(
            AsyncWork<K, V, R> work,
            StageLimits limits,
            HeldMetrics metrics,
            StageProgress progress,
            Supplier<HeldOffsets> guard) {
        this.work = work;
        this.limits = limits;
        this.metrics = metrics;
        this.progress = progress;
        this.guard = guard;
    }

    /// Starts with nothing in flight. Kafka Streams initialises the same object again when it revives a task.
    @Override
    public void init(ProcessorContext<K, R> context) {
        if (window != null) {
            cancelInFlight();
        }
        this.context = context;
        held = guard.get();
        window = new InFlightWindow<>(limits, progress);
        held.register(context.taskId(), window);
        ticking = null;
        unfinished = null;
    }

    /// Kafka Streams may call this again with a record for which the previous call threw a timeout exception.
    /// Such a record is in the window already.
    @Override
    public void process(Record<K, V> record) {
        Position position = Position.of(context);
        if (!position.equals(unfinished)) {
            begin(record, position);
            unfinished = position;
        }
        forwardFinished();
        while (held.lowersCommits() ? window.isOverfull() : !window.isEmpty()) {
            awaitHead();
            forwardFinished();
        }
        if (!window.isEmpty() && ticking == null) {
            ticking = context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, now -> forwardFinished());
        }
        unfinished = null;
    }

    private void begin(Record<K, V> record, Position position) {
        AsyncWork.Pending<R> begun = work.begin(record, position);
        long weight = record.value() instanceof byte[] bytes ? bytes.length : 0;
        window.add(new InFlightWindow.Entry<>(
                position,
                record.key(),
                record.timestamp(),
                record.headers(),
                begun,
                weight,
                progress.track(begun, weight)));
        held.entered();
        metrics.entered();
    }

    private void forwardFinished() {
        for (InFlightWindow.Entry<K, R> head = window.head(); head != null; head = window.head()) {
            if (!head.work().result().isDone() && !completeIfStuck(head)) {
                return;
            }
            R outcome = outcome(head);
            InFlightWindow.Entry<K, R> entry = head;
            Refusals.ofThisThread().forward(head.position(), () -> context.forward(entry.with(outcome)));
            CommitPace.ofThisThread().forwarded(context::commit);
            window.removeHead();
            held.left(1);
            metrics.left(1);
            metrics.forwarded(head.progress().age().toNanos());
        }
        stopTicking();
    }

    private void awaitHead() {
        InFlightWindow.Entry<K, R> head = window.head();
        if (head == null) {
            return;
        }
        try {
            head.work().result().get(HEAD_POLL_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (ExecutionException | CancellationException | TimeoutException e) {
            // forwardFinished handles it
            return;
        }
    }

    private R outcome(InFlightWindow.Entry<K, R> head) {
        try {
            return head.work().result().join().get();
        } catch (CompletionException | CancellationException e) {
            Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
            throw new StageFailedException(
                    "Expected an outcome for " + head.position() + ", found that its work failed: "
                            + cause.getMessage()
                            + ". The record is not committed. Correct the cause and start the instance again.",
                    cause);
        }
    }

    /// Completes the head as stuck if it is.
    ///
    /// @return whether the head has an outcome now
    private boolean completeIfStuck(InFlightWindow.Entry<K, R> head) {
        StageProgress.Tracked tracked = head.progress();
        if (!tracked.isReady()) {
            // what it waits for has its own time limits, unless nothing completes any more
            if (tracked.isIdleFor(limits.headTimeout().multipliedBy(WAITING_TIMES))) {
                throw noProgress(head.position(), limits.headTimeout().multipliedBy(WAITING_TIMES));
            }
            return false;
        }
        Duration elapsed = tracked.working();
        if (elapsed.compareTo(limits.headTimeout()) < 0) {
            return false;
        }
        if (!tracked.overtaken()) {
            if (!tracked.isIdleFor(limits.headTimeout())) {
                return false;
            }
            if (progress.inFlight() > 1 && !window.anyFinishedAfterHead()) {
                throw noProgress(head.position(), limits.headTimeout());
            }
        }
        // if the work completes at this very moment, its own outcome stands
        head.work().result().complete(() -> head.work().stuck().apply(elapsed));
        return true;
    }

    private StageFailedException noProgress(Position position, Duration time) {
        return new StageFailedException(
                "Expected an outcome for " + position + " within " + time.toSeconds()
                        + " s, found none for any of the " + progress.inFlight()
                        + " records in flight: the device or the network hangs. No record in flight is committed."
                        + " Correct the cause and start the instance again.",
                null);
    }

    @Override
    public void close() {
        stopTicking();
        cancelInFlight();
    }

    private void cancelInFlight() {
        int count = window.drop();
        held.left(count);
        metrics.left(count);
    }

    private void stopTicking() {
        if (ticking != null) {
            ticking.cancel();
            ticking = null;
        }
    }
}
