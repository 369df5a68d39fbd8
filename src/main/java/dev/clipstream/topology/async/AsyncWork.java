package dev.clipstream.topology.async;

import dev.clipstream.topology.Position;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.Record;

/// The work that an [AsyncStage] does outside the stream thread for each record. All tasks of a JVM share it, so
/// it must be safe for use by many threads.
///
/// @param <K> the record's key, which the stage keeps
/// @param <V> the record's value
/// @param <R> the outcome
public interface AsyncWork<K, V, R> {

    /// Starts the work on a record and returns at once. Called by the stream thread, in the order of the
    /// partition.
    ///
    /// @param record   its value may be kept until the work is done, but not longer
    /// @param position the record's position, for outcomes that report it
    Pending<R> begin(Record<K, V> record, Position position);

    /// Work in progress.
    ///
    /// @param result  completes with a supplier of the outcome, on any thread. The stream thread calls the supplier
    ///                later, when it forwards the outcome, so completing should be cheap. A bad record is an
    ///                outcome like any other. Exceptional completion means that the environment fails: the instance
    ///                stops, and the record is not committed. The stage cancels the future when it no longer needs
    ///                the outcome
    /// @param stuck   makes the outcome of a record that has not completed in time, from the time it took; called
    ///                like the supplier
    /// @param arrived completes, on any thread, when the work's input is complete. Until then it waits for something
    ///                with its own time limits, such as a fetch, and does not count in the window
    /// @param ready   completes, on any thread, when the work has arrived and proceeds in turn with the work before it.
    ///                Until then being slow does not mean being stuck
    record Pending<R>(
            CompletableFuture<Supplier<R>> result,
            Function<Duration, R> stuck,
            CompletableFuture<?> arrived,
            CompletableFuture<?> ready) {

        /// Work that has its input and is ready from the start.
        public Pending(CompletableFuture<Supplier<R>> result, Function<Duration, R> stuck) {
            this(result, stuck, CompletableFuture.completedFuture(null), CompletableFuture.completedFuture(null));
        }

        /// Returns work that is already done.
        public static <R> Pending<R> done(Supplier<R> outcome) {
            return new Pending<>(CompletableFuture.completedFuture(outcome), waited -> outcome.get());
        }
    }
}
