package dev.clipstream.topology.async;

import dev.clipstream.topology.Position;
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
/// `process` hands the record to the [AsyncWork] and returns; finished heads are forwarded from the next `process`
/// and from a punctuator that lives only while something is in flight (a permanent one would make Kafka Streams
/// commit all day). Nothing in flight is ever committed, since the clients of a [HeldOffsetsClientSupplier] lower
/// every commit to the first record in flight; so this is as safe as a processor that blocks, under at-least-once
/// and exactly-once alike.
///
/// Belongs to one task and runs on its stream thread; only the futures are completed elsewhere. A full window has
/// its partitions paused by the wrapped clients ([BackPressure]), which is the back-pressure; `process` waits for a
/// head only in a window several times too full, which the settings of [StageStreamsConfig] do not let come about.
/// Where the clients are not wrapped, `process` waits for every record: slow and correct.
///
/// A record is first added, then looked at, forwarded, and taken out only after `forward` returned: whatever an
/// exception interrupts, no record is lost. On close what is in flight is given up, and done again by whoever reads
/// it next.
///
/// A head whose work has gone on for longer than the head time-out is given the outcome "stuck" if others went past it
/// again and again,
/// see [StageProgress]. If nothing comes back at all any more, it is given up if it is alone or if a younger record
/// of its window did come back: then the world is sound and the record is bad. Otherwise the world is bad, and the
/// instance stops.
final class HeldOffsetsStage<K, V, R> implements Processor<K, V, K, R> {
    private static final Duration TICK = Duration.ofMillis(10);
    private static final long LOOK_AGAIN_MILLIS = 20;

    /// Records that are at hand are judged first: one of them may be what all wait for.
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

    /// @param guard of the thread that calls
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

    /// Begins anew, with nothing in flight: a revived task is initialised again on the same object.
    @Override
    public void init(ProcessorContext<K, R> context) {
        if (window != null) {
            giveUp();
        }
        this.context = context;
        held = guard.get();
        window = new InFlightWindow<>(limits, progress);
        held.hold(context.taskId(), window);
        ticking = null;
        unfinished = null;
    }

    /// May be called again with a record that it did not return from: Kafka Streams does so after its time-out
    /// exception. Such a record is in the window already.
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
                progress.follow(begun, weight)));
        held.entered();
        metrics.entered();
    }

    private void forwardFinished() {
        for (InFlightWindow.Entry<K, R> head = window.head(); head != null; head = window.head()) {
            if (!head.work().result().isDone() && !giveUpIfStuck(head)) {
                return;
            }
            context.forward(head.with(outcome(head)));
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
            head.work().result().get(LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } catch (ExecutionException | CancellationException | TimeoutException e) {
            // looked at where the head is forwarded
            return;
        }
    }

    private R outcome(InFlightWindow.Entry<K, R> head) {
        try {
            return head.work().result().join().get();
        } catch (CompletionException | CancellationException e) {
            Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
            throw new StageFailedException(
                    "An outcome for " + head.position() + " was expected, found that its work cannot go on: "
                            + cause.getMessage() + ". Nothing of it is committed; mend the cause and start again",
                    cause);
        }
    }

    /// @return whether the head has an outcome now
    private boolean giveUpIfStuck(InFlightWindow.Entry<K, R> head) {
        StageProgress.Followed followed = head.progress();
        if (followed.isWaiting()) {
            // whatever it waits for ends by its own limits, unless nothing ends any more
            if (followed.isQuiet(limits.headTimeout().multipliedBy(WAITING_TIMES))) {
                throw nothingComesBack(head.position(), limits.headTimeout().multipliedBy(WAITING_TIMES));
            }
            return false;
        }
        Duration age = followed.working();
        if (age.compareTo(limits.headTimeout()) < 0) {
            return false;
        }
        if (!followed.overtaken()) {
            if (!followed.isQuiet(limits.headTimeout())) {
                return false;
            }
            if (progress.inFlight() > 1 && !window.anyFinishedAfterHead()) {
                throw nothingComesBack(head.position(), limits.headTimeout());
            }
        }
        // the work may come back in this very moment; then its own outcome stands
        head.work().result().complete(() -> head.work().stuck().apply(age));
        return true;
    }

    private StageFailedException nothingComesBack(Position position, Duration time) {
        return new StageFailedException(
                "An outcome for " + position + " was expected within " + time.toSeconds()
                        + " s, found none for it nor for any of the " + progress.inFlight()
                        + " records in flight: the device or the network hangs. Nothing of it is committed; mend the"
                        + " cause and start again",
                null);
    }

    @Override
    public void close() {
        stopTicking();
        giveUp();
    }

    private void giveUp() {
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
