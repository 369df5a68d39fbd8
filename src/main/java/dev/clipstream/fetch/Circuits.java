package dev.clipstream.fetch;

import dev.clipstream.event.RejectionReason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// A circuit breaker for each origin, so that servers that do not answer cost no time of fetches.
///
/// A circuit is closed until a number of attempts in a row failed over some time. It is open then: attempts are refused
/// at once. After a cool-down it is half-open: one attempt at a time is a probe. A probe that fails opens the circuit
/// again, for twice as long; any answer of the server closes it. Only answers and failures count: an attempt that was
/// given up says nothing about the server. A source without servers has no circuits: its URIs may fail for different
/// causes, such as one of several file systems. Failures that lie further apart than the longest cool-down are not in a
/// row.
///
/// Knows only origins that failed since they last answered, at most [#MAX_ORIGINS]; beyond that it forgets the one that
/// was used least recently. It also forgets those that were not used for [#UNUSED_COOL_DOWNS] times the longest
/// cool-down. Safe for use by many threads.
final class Circuits {
    static final int MAX_ORIGINS = 10_000;

    /// An origin that nobody asked for is forgotten after this many times the longest cool-down.
    static final int UNUSED_COOL_DOWNS = 10;

    private final CircuitSettings settings;
    private final Backoff coolDown;
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final List<CircuitListener> listeners = new CopyOnWriteArrayList<>();
    private final SequencedMap<Origin, Circuit> failing = new LinkedHashMap<>(16, 0.75f, true);
    private int open;

    Circuits(CircuitSettings settings) {
        this(settings, new Backoff(settings.coolDown(), settings.maxCoolDown()), Clock.systemUTC(), System::nanoTime);
    }

    /// @param coolDown the time between two probes
    /// @param clock    for messages
    /// @param nanoTime a monotonic clock, in nanoseconds
    Circuits(CircuitSettings settings, Backoff coolDown, Clock clock, LongSupplier nanoTime) {
        this.settings = settings;
        this.coolDown = coolDown;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /// The circuit of an origin that failed since it last answered. Guarded by the lock of all circuits.
    private final class Circuit {
        private final Instant since = clock.instant();
        private final long sinceNanos;
        private long failedNanos;
        private long usedNanos;
        private int failures;
        private String last = "";
        private int openings;
        private long probeNanos;
        private @Nullable Attempt probe;

        /// @param now the time of the first failure
        Circuit(long now) {
            this.sinceNanos = now;
            this.failedNanos = now;
            this.usedNanos = now;
        }

        /// Returns whether a failure now would not be in a row with the last one.
        boolean isStale(long now) {
            return !isOpen() && isLonger(now - failedNanos, settings.maxCoolDown());
        }

        boolean isOpen() {
            return openings > 0;
        }

        boolean isHalfOpen(long now) {
            return isOpen() && probe == null && now - probeNanos >= 0;
        }

        void open(long now, Optional<Duration> requested) {
            openings++;
            Duration pause = coolDown.after(openings, requested);
            probeNanos = now + Math.min(pause.toNanos(), settings.maxCoolDown().toNanos());
            probe = null;
        }

        FetchException refusal(Origin origin) {
            return new FetchException(
                    RejectionReason.UNREACHABLE,
                    "Expected a response from " + origin + ", found that it has been failing since "
                            + since.truncatedTo(ChronoUnit.SECONDS) + " ("
                            + failures + " attempts in a row, the last: " + last
                            + "), so it is only probed now and then. Send the event again when the server answers, or"
                            + " set fetch.circuit-failures=0 to try every URI.",
                    null);
        }
    }

    /// One attempt to fetch from an origin. Exactly one of its methods must be called when it ended.
    final class Attempt {
        private final Origin origin;

        private Attempt(Origin origin) {
            this.origin = origin;
        }

        /// The server answered, whatever it said.
        void answered() {
            Circuit circuit;
            synchronized (failing) {
                circuit = failing.remove(origin);
                if (circuit == null || !circuit.isOpen()) {
                    return;
                }
                open--;
            }
            listeners.forEach(listener -> listener.closed(origin));
        }

        /// The server failed.
        void failed(FetchException failure) {
            FetchException refusal = null;
            synchronized (failing) {
                long now = nanoTime.getAsLong();
                if (!hasCircuit(origin)) {
                    return;
                }
                Circuit circuit = failing.compute(
                        origin, (_, known) -> known == null || known.isStale(now) ? new Circuit(now) : known);
                circuit.failures++;
                circuit.failedNanos = now;
                circuit.usedNanos = now;
                circuit.last = kind(failure);
                if (circuit.isOpen()) {
                    if (circuit.probe == this) {
                        circuit.open(now, failure.retryAfter());
                    }
                } else if (circuit.failures >= settings.failures()
                        && now - circuit.sinceNanos >= settings.failingFor().toNanos()) {
                    circuit.open(now, failure.retryAfter());
                    open++;
                    refusal = circuit.refusal(origin);
                }
                forget(now);
            }
            if (refusal != null) {
                FetchException opened = refusal;
                listeners.forEach(listener -> listener.opened(origin, opened));
            }
        }

        /// The attempt ended without a sign of the server. If it was a probe, another attempt is the next one.
        void abandoned() {
            synchronized (failing) {
                Circuit circuit = used(origin, nanoTime.getAsLong());
                if (circuit != null && circuit.probe == this) {
                    circuit.probe = null;
                }
            }
        }
    }

    void listen(CircuitListener listener) {
        listeners.add(listener);
    }

    /// Begins an attempt.
    ///
    /// @throws FetchException if the circuit is open, or half-open while another attempt is the probe
    Attempt begin(Origin origin) throws FetchException {
        Attempt attempt = new Attempt(origin);
        if (hasCircuit(origin)) {
            pass(origin, attempt);
        }
        return attempt;
    }

    /// Begins a further attempt of a fetch, which is never a probe: little may be left of its deadline. Listeners do
    /// not hear of a refusal, because the fetch was tried.
    ///
    /// @throws FetchException if the circuit is open or half-open
    Attempt beginAgain(Origin origin) throws FetchException {
        synchronized (failing) {
            Circuit circuit = failing.get(origin);
            if (circuit != null && circuit.isOpen()) {
                throw circuit.refusal(origin);
            }
        }
        return new Attempt(origin);
    }

    /// Checks that an attempt would not be refused now, without beginning one.
    ///
    /// @throws FetchException as for [#begin]
    void requireClosed(Origin origin) throws FetchException {
        if (hasCircuit(origin)) {
            pass(origin, null);
        }
    }

    private boolean hasCircuit(Origin origin) {
        return settings.failures() > 0 && origin.isServer();
    }

    /// @param probe the attempt that becomes the probe of a half-open circuit; null: none
    private void pass(Origin origin, @Nullable Attempt probe) throws FetchException {
        FetchException refusal;
        synchronized (failing) {
            long now = nanoTime.getAsLong();
            Circuit circuit = used(origin, now);
            if (circuit == null || !circuit.isOpen()) {
                return;
            }
            if (circuit.isHalfOpen(now)) {
                circuit.probe = probe;
                return;
            }
            refusal = circuit.refusal(origin);
        }
        listeners.forEach(listener -> listener.refused(origin));
        throw refusal;
    }

    /// Returns the number of circuits that are open or half-open.
    int open() {
        synchronized (failing) {
            forget(nanoTime.getAsLong());
            return open;
        }
    }

    /// Returns the number of origins that are known.
    int origins() {
        synchronized (failing) {
            return failing.size();
        }
    }

    /// Returns the circuit of an origin, which counts as used; null if the origin is not known.
    private @Nullable Circuit used(Origin origin, long now) {
        forget(now);
        Circuit circuit = failing.get(origin);
        if (circuit != null) {
            circuit.usedNanos = now;
        }
        return circuit;
    }

    /// Forgets the origins that were used least recently, if they are too many or were not used for long.
    private void forget(long now) {
        while (!failing.isEmpty()) {
            Circuit eldest = failing.firstEntry().getValue();
            if (failing.size() <= MAX_ORIGINS
                    && !isLonger(now - eldest.usedNanos, settings.maxCoolDown().multipliedBy(UNUSED_COOL_DOWNS))) {
                return;
            }
            failing.pollFirstEntry();
            if (eldest.isOpen()) {
                open--;
            }
        }
    }

    private static boolean isLonger(long nanos, Duration than) {
        return Duration.ofNanos(nanos).compareTo(than) > 0;
    }

    /// Describes a failure without the URI, which belongs to another event.
    private static String kind(FetchException failure) {
        Throwable cause = failure.getCause();
        return failure.reason().code()
                + (cause == null ? "" : ", " + cause.getClass().getSimpleName());
    }
}
