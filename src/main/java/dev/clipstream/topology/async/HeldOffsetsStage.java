package dev.clipstream.topology.async;

import dev.clipstream.topology.Position;
import dev.clipstream.topology.topic.Refusals;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/// Has many records of a task in flight at once, and forwards each outcome when it is ready, except behind an earlier
/// record with the same key: the records of one medium keep their order, and no medium waits for another.
///
/// `process` hands the record to the [AsyncWork] and returns. Outcomes are forwarded by the next `process`
/// and by a punctuator. The punctuator exists only while records are in flight, because every punctuation causes a
/// commit. No record in flight is committed, since the clients of a [HeldOffsetsClientSupplier] lower every commit
/// to the first one, and what was forwarded beyond it is named by the commit's metadata. When the task starts again,
/// it skips those records. So this processor is as safe as one that blocks, under at-least-once and exactly-once.
///
/// Belongs to one task and runs on its stream thread; only the futures are completed on other threads.
/// Back-pressure: the wrapped clients pause partitions that are full ([BackPressure]). `process` itself
/// waits only if a window holds several times its bytes, or as many records as the metadata can name, which the
/// settings of the topology prevent. If the clients are not wrapped, `process` waits for every record, which is slow
/// but correct.
///
/// A record is added to the window first, and removed only after `forward` has returned, so an exception at any
/// point loses no record. On close the work in flight is cancelled; the next owner of the partition repeats it.
///
/// The oldest record, whose work has run for longer than the head timeout, gets the outcome "stuck" if many others have
/// overtaken it, see [StageProgress]. If no work completes at all any more, it is stuck if it is alone in
/// flight or if a later record of its task has completed: then the environment works and the record is bad.
/// Otherwise the environment has failed, and the instance stops.
final class HeldOffsetsStage<K, V, R> implements Processor<K, V, K, R> {
    /// Outcomes are forwarded at most once in this time, and at most once for each poll.
    static final Duration TICK = Duration.ofMillis(2);

    private static final Duration PATIENCE = Duration.ofMillis(20);

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
            window.drop();
        }
        this.context = context;
        held = guard.get();
        window = new InFlightWindow<>(limits, progress, held, metrics);
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
            awaitCompleted();
            forwardFinished();
        }
        if (!window.isEmpty() && ticking == null) {
            ticking = context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, now -> forwardFinished());
        }
        unfinished = null;
    }

    private void begin(Record<K, V> record, Position position) {
        if (!window.skip(position)) {
            long weight = record.value() instanceof byte[] bytes ? bytes.length : 0;
            window.add(record, position, work.begin(record, position), weight);
        }
    }

    private void forwardFinished() {
        window.oldest().ifPresent(this::completeIfStuck);
        for (InFlightWindow.Entry<K, R> next = window.next(); next != null; next = window.next()) {
            R outcome = outcome(next);
            InFlightWindow.Entry<K, R> entry = next;
            Refusals.ofThisThread().forward(next.position(), () -> context.forward(entry.with(outcome)));
            CommitPace.ofThisThread().forwarded(context::commit);
            window.removeNext();
        }
        if (window.isEmpty()) {
            stopTicking();
        }
    }

    private void awaitCompleted() {
        try {
            window.awaitCompleted(PATIENCE);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
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

    /// Completes the oldest record as stuck if it is.
    private void completeIfStuck(InFlightWindow.Entry<K, R> oldest) {
        StageProgress.Tracked tracked = oldest.progress();
        if (oldest.work().result().isDone()) {
            return;
        }
        if (!tracked.isReady()) {
            // what it waits for has its own time limits, unless nothing completes any more
            if (tracked.isIdleFor(limits.headTimeout().multipliedBy(WAITING_TIMES))) {
                throw noProgress(oldest.position(), limits.headTimeout().multipliedBy(WAITING_TIMES));
            }
            return;
        }
        Duration elapsed = tracked.working();
        if (elapsed.compareTo(limits.headTimeout()) < 0) {
            return;
        }
        if (!tracked.overtaken()) {
            if (!tracked.isIdleFor(limits.headTimeout())) {
                return;
            }
            if (progress.inFlight() > 1 && !window.isOvertaken(oldest)) {
                throw noProgress(oldest.position(), limits.headTimeout());
            }
        }
        // if the work completes at this very moment, its own outcome stands
        oldest.work().result().complete(() -> oldest.work().stuck().apply(elapsed));
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
        window.drop();
    }

    private void stopTicking() {
        if (ticking != null) {
            ticking.cancel();
            ticking = null;
        }
    }
}
