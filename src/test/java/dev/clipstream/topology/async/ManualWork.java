package dev.clipstream.topology.async;

import dev.clipstream.topology.Position;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/// Work that the test completes.
final class ManualWork implements AsyncWork<String, byte[], String> {
    private final List<CompletableFuture<Supplier<String>>> begun = new CopyOnWriteArrayList<>();
    private CompletableFuture<@Nullable Void> arrived = CompletableFuture.completedFuture(null);
    private CompletableFuture<@Nullable Void> ready = CompletableFuture.completedFuture(null);

    @Override
    public Pending<String> begin(Record<String, byte[]> record, Position position) {
        CompletableFuture<Supplier<String>> result = new CompletableFuture<>();
        begun.add(result);
        return new Pending<>(result, waited -> "stuck after " + waited.toSeconds() + " s", arrived, ready);
    }

    /// Work that starts from now on has no input and is not ready, as if it waited for a fetch.
    void delayReady() {
        arrived = new CompletableFuture<>();
        ready = new CompletableFuture<>();
    }

    /// The input of the work is there, but its turn has not come.
    void makeArrived() {
        arrived.complete(null);
    }

    void makeReady() {
        makeArrived();
        ready.complete(null);
    }

    int begun() {
        return begun.size();
    }

    CompletableFuture<Supplier<String>> future(int index) {
        return begun.get(index);
    }

    void finish(int index) {
        begun.get(index).complete(() -> "outcome " + index);
    }

    void fail(int index, Throwable cause) {
        begun.get(index).completeExceptionally(cause);
    }

    static final StageLimits LIMITS = new StageLimits(1000, 1 << 20, Duration.ofSeconds(60));
}
