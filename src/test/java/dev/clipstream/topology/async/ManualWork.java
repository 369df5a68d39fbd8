package dev.clipstream.topology.async;

import dev.clipstream.topology.Position;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/// Work that a test ends when it likes.
final class ManualWork implements AsyncWork<String, byte[], String> {
    private final List<CompletableFuture<Supplier<String>>> begun = new CopyOnWriteArrayList<>();
    private CompletableFuture<@Nullable Void> atHand = CompletableFuture.completedFuture(null);

    @Override
    public Pending<String> begin(Record<String, byte[]> record, Position position) {
        CompletableFuture<Supplier<String>> result = new CompletableFuture<>();
        begun.add(result);
        return new Pending<>(result, waited -> "stuck after " + waited.toSeconds() + " s", atHand);
    }

    /// What begins from now on waits as if for a fetch.
    void holdBack() {
        atHand = new CompletableFuture<>();
    }

    void bringToHand() {
        atHand.complete(null);
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
