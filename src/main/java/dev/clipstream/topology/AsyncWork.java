package dev.clipstream.topology;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.Record;

/// What a [HeldOffsetsStage] has done elsewhere for each record. Shared by all tasks of a JVM, hence safe for use
/// by many threads.
///
/// @param <K> the record's key, which the stage keeps
/// @param <V> the record's value
/// @param <R> what becomes of it
public interface AsyncWork<K, V, R> {

    /// Begins the work on a record and returns at once; called by the stream thread, in the order of the partition.
    ///
    /// @param record   its value may be kept until the work is done, not longer
    /// @param position where it stands, for the outcome to tell
    Pending<R> begin(Record<K, V> record, Position position);

    /// Work that goes on.
    ///
    /// @param result completes with the outcome, on any thread, and should do so cheaply: the supplier is called
    ///               later, by the stream thread, when it forwards. A bad record is an outcome like any other.
    ///               Completes exceptionally if the world is bad: that stops the instance with nothing of it
    ///               committed. The stage cancels it when nobody waits for it any more
    /// @param stuck  makes the outcome of a record whose work has not ended within a time; called like the supplier
    record Pending<R>(CompletableFuture<Supplier<R>> result, Function<Duration, R> stuck) {

        /// Work that ended before it began.
        public static <R> Pending<R> done(Supplier<R> outcome) {
            return new Pending<>(CompletableFuture.completedFuture(outcome), waited -> outcome.get());
        }
    }
}
