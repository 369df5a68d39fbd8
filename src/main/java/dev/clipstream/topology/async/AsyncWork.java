package dev.clipstream.topology.async;

import dev.clipstream.topology.Position;
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
    /// @param atHand completes, on any thread, when the work goes on by itself, in the order of those before it;
    ///               until then it waits for something that has limits of its own, and being slow is no sign of
    ///               being stuck
    record Pending<R>(CompletableFuture<Supplier<R>> result, Function<Duration, R> stuck, CompletableFuture<?> atHand) {

        /// Work that goes on by itself from its beginning.
        public Pending(CompletableFuture<Supplier<R>> result, Function<Duration, R> stuck) {
            this(result, stuck, CompletableFuture.completedFuture(null));
        }

        /// Work that ended before it began.
        public static <R> Pending<R> done(Supplier<R> outcome) {
            return new Pending<>(CompletableFuture.completedFuture(outcome), waited -> outcome.get());
        }
    }
}
