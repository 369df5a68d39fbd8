package dev.clipstream.topology.embedding;

import dev.clipstream.fetch.CircuitListener;
import dev.clipstream.fetch.FetchException;
import dev.clipstream.fetch.MediaFetcher;
import dev.clipstream.fetch.Origin;
import dev.clipstream.topology.Occurrences;
import dev.clipstream.topology.StageMetrics;
import io.micrometer.core.instrument.Counter;

/// Counts and logs what happens to the circuits of servers. Safe for use by many threads.
final class CircuitMetrics implements CircuitListener {
    private static final System.Logger LOG = System.getLogger(CircuitMetrics.class.getName());

    /// Lines a minute, so that the log names each of some servers that fail at the same time.
    private static final int LINES = 20;

    private final Occurrences opened;
    private final Occurrences closed;
    private final Counter refused;

    /// @param fetcher whose circuits are counted
    CircuitMetrics(StageMetrics metrics, MediaFetcher fetcher) {
        metrics.gauge(
                "clipstream.circuits.open",
                "Servers that fail, so that fetches from them are refused",
                fetcher::openCircuits);
        this.opened = new Occurrences(
                metrics.counter("clipstream.circuits.opened", "Servers that began to fail"),
                LOG,
                System.Logger.Level.WARNING,
                LINES);
        this.closed = new Occurrences(
                metrics.counter("clipstream.circuits.closed", "Servers that failed and answered again"),
                LOG,
                System.Logger.Level.INFO,
                LINES);
        this.refused = metrics.counter(
                "clipstream.circuits.refused", "Media refused without an attempt, because their server fails");
    }

    @Override
    public void opened(Origin origin, FetchException refusal) {
        opened.note(() -> "Events with media on " + origin + " are rejected as "
                + refusal.reason().code() + ": " + refusal.getMessage());
    }

    @Override
    public void closed(Origin origin) {
        closed.note(() -> origin + " answers again; its media are fetched");
    }

    @Override
    public void refused(Origin origin) {
        refused.increment();
    }
}
