package dev.clipstream.topology.async;

import dev.clipstream.topology.StageMetrics;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;

/// Supplies the processors of an asynchronous stage, one for each task.
///
/// Place it directly behind a source topic, once in a sub-topology. Run the topology with a
/// [HeldOffsetsClientSupplier] of its own; without one the stage is correct but slow, because it then waits for
/// every record.
///
/// @param <K> the record's key
/// @param <V> the record's value
/// @param <R> the outcome of the work on a record, which the stage forwards
public final class AsyncStage<K, V, R> implements ProcessorSupplier<K, V, K, R> {
    private final AsyncWork<K, V, R> work;
    private final StageLimits limits;
    private final HeldMetrics metrics;
    private final StageProgress progress = new StageProgress();

    /// @param work    shared by all tasks
    /// @param metrics the topology's meters; several stages of a topology share them
    public AsyncStage(AsyncWork<K, V, R> work, StageLimits limits, StageMetrics metrics) {
        this.work = work;
        this.limits = limits;
        this.metrics = new HeldMetrics(metrics);
    }

    @Override
    public Processor<K, V, K, R> get() {
        return new HeldOffsetsStage<>(work, limits, metrics, progress);
    }
}
