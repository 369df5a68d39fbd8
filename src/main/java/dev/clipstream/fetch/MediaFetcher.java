package dev.clipstream.fetch;

import dev.clipstream.event.RejectionReason;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Fetches media: chooses the source by the URI's scheme, retries temporary failures, and keeps the deadline.
///
/// Every attempt runs on a virtual thread of its own while the caller waits for it, so that the deadline holds whatever
/// the attempt is doing. An interrupt wakes it from a socket. Where it is stuck deeper (in a resolver, or in a network
/// file system), it is abandoned and its late result is dropped. All media that were fetched and not closed share a
/// part of the heap. The deadline does not run while an attempt waits for memory.
///
/// Safe for use by many threads. Blocks its caller, which is why callers are virtual threads. Owns its sources and
/// closes them.
public final class MediaFetcher implements AutoCloseable {
    private static final int MAX_URI_LENGTH = 8192;

    private static final long MIN_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Map<String, MediaSource> sources;
    private final FetchLimits limits;
    private final Backoff backoff;
    private final Pause pause;
    private final FetchMemory memory;
    private final Circuits circuits;

    /// Waits between attempts.
    @FunctionalInterface
    interface Pause {
        void of(Duration time) throws InterruptedException;
    }

    /// Creates a fetcher that tries every URI.
    ///
    /// @param sources closed with this fetcher; one source for each scheme
    /// @param limits  size, deadline and retries
    /// @throws IllegalArgumentException if two sources read the same scheme, or the heap is too small for one medium
    public MediaFetcher(List<MediaSource> sources, FetchLimits limits) {
        this(sources, limits, CircuitSettings.OFF);
    }

    /// Creates a fetcher that refuses URIs at once while their origin fails.
    ///
    /// @param sources  closed with this fetcher; one source for each scheme
    /// @param limits   size, deadline and retries
    /// @param circuits when an origin counts as failing
    /// @throws IllegalArgumentException if two sources read the same scheme, or the heap is too small for one medium
    public MediaFetcher(List<MediaSource> sources, FetchLimits limits, CircuitSettings circuits) {
        this(
                sources,
                limits,
                new Backoff(limits.firstBackoff(), limits.maxBackoff()),
                Thread::sleep,
                FetchMemory.ofHeap(limits.maxBytes(), Runtime.getRuntime().maxMemory()),
                new Circuits(circuits));
    }

    MediaFetcher(
            List<MediaSource> sources,
            FetchLimits limits,
            Backoff backoff,
            Pause pause,
            FetchMemory memory,
            Circuits circuits) {
        Map<String, MediaSource> byScheme = new HashMap<>();
        for (MediaSource source : sources) {
            for (String scheme : source.schemes()) {
                if (byScheme.put(scheme, source) != null) {
                    throw new IllegalArgumentException(
                            "Expected one source for each scheme, found two for '" + scheme + "'. Remove one.");
                }
            }
        }
        this.sources = Map.copyOf(byScheme);
        this.limits = limits;
        this.backoff = backoff;
        this.pause = pause;
        this.memory = memory;
        this.circuits = circuits;
    }

    /// Has a listener learn when circuits open and close.
    public void listen(CircuitListener listener) {
        circuits.listen(listener);
    }

    /// Returns the number of origins whose circuit is open.
    public int openCircuits() {
        return circuits.open();
    }

    /// Returns the server that is contacted first for a URI.
    ///
    /// @param uri hostile
    /// @throws FetchException if the URI would be refused, or the circuit of its origin is open
    public Origin origin(String uri) throws FetchException {
        URI parsed = parse(uri);
        Origin origin = source(parsed).origin(parsed);
        circuits.requireClosed(origin);
        return origin;
    }

    /// Fetches the whole content of a URI, within the whole memory for fetches.
    ///
    /// @param uri hostile
    /// @return    as [#fetch(String, MemoryPart)]
    /// @throws FetchException       as [#fetch(String, MemoryPart)]
    /// @throws InterruptedException as [#fetch(String, MemoryPart)]
    public FetchedMedium fetch(String uri) throws FetchException, InterruptedException {
        return fetch(uri, MemoryPart.WHOLE);
    }

    /// Fetches the whole content of a URI.
    ///
    /// @param uri  hostile
    /// @param part of the memory for fetches that it may use
    /// @return     the medium, which the caller closes when its bytes are no longer needed
    /// @throws FetchException       if the medium cannot be fetched within the limits, or the circuit of its origin is
    ///                              open
    /// @throws InterruptedException if the caller's thread is interrupted; the attempt in flight ends
    public FetchedMedium fetch(String uri, MemoryPart part) throws FetchException, InterruptedException {
        URI parsed = parse(uri);
        MediaSource source = source(parsed);
        Origin origin = source.origin(parsed);
        Circuits.Attempt observed = circuits.begin(origin);
        long deadline = System.nanoTime() + limits.timeout().toNanos();
        for (int attempt = 1; ; attempt++) {
            Intake intake = new Intake(memory, part, limits.maxBytes());
            try {
                return new FetchedMedium(attempt(source, parsed, intake, deadline, attempt == 1, observed), intake);
            } catch (FetchException failure) {
                deadline += intake.waitedNanos();
                if (!failure.reason().retryable() || attempt == limits.maxAttempts()) {
                    throw failure;
                }
                Duration wait = backoff.after(attempt, failure.retryAfter());
                if (wait.toNanos() >= deadline - System.nanoTime()) {
                    throw failure;
                }
                pause.of(wait);
                observed = again(origin, failure);
            }
        }
    }

    @Override
    public void close() {
        sources.values().stream().distinct().forEach(MediaSource::close);
    }

    /// Begins a further attempt, unless the circuit opened meanwhile.
    ///
    /// @throws FetchException the failure of the attempt before
    private Circuits.Attempt again(Origin origin, FetchException failure) throws FetchException {
        try {
            return circuits.beginAgain(origin);
        } catch (FetchException refused) {
            failure.addSuppressed(refused);
            throw failure;
        }
    }

    /// Makes an attempt and tells its circuit how it ended.
    ///
    /// @param isFirst whether the attempt has the whole time of the fetch
    /// @return bytes whose intake the caller closes
    private byte[] attempt(
            MediaSource source, URI uri, Intake intake, long deadline, boolean isFirst, Circuits.Attempt observed)
            throws FetchException, InterruptedException {
        boolean known = false;
        try {
            byte[] bytes = attempt(source, uri, intake, deadline, isFirst);
            observed.answered();
            known = true;
            return bytes;
        } catch (FetchException failure) {
            known = observe(observed, failure);
            throw failure;
        } finally {
            if (!known) {
                observed.abandoned();
            }
        }
    }

    /// Returns whether a failure says whether the server answers.
    private static boolean observe(Circuits.Attempt attempt, FetchException failure) {
        return switch (failure.server()) {
            case FAILED -> {
                attempt.failed(failure);
                yield true;
            }
            case ANSWERED -> {
                attempt.answered();
                yield true;
            }
            case UNKNOWN -> false;
        };
    }

    /// @return bytes whose intake the caller closes
    private byte[] attempt(MediaSource source, URI uri, Intake intake, long deadline, boolean isFirst)
            throws FetchException, InterruptedException {
        CompletableFuture<byte[]> result = new CompletableFuture<>();
        Thread thread = Thread.ofVirtual().name("fetch").start(() -> run(source, uri, intake, result));
        boolean handedOver = false;
        try {
            byte[] bytes = await(result, intake, deadline);
            handedOver = true;
            return bytes;
        } catch (TimeoutException late) {
            FetchException timeout = new FetchException(
                    RejectionReason.TIMEOUT,
                    "Expected " + RedactedUri.of(uri) + " within " + limits.timeout()
                            + ", found it unfinished. Try again later, or raise the timeout.",
                    late);
            // a server is not at fault if it sends a large medium slowly, or if a retry had too little time
            boolean isSilent = isFirst && !intake.hasBytes();
            throw afterRedirect(isSilent ? timeout : timeout.saying(ServerState.UNKNOWN), intake);
        } catch (ExecutionException failed) {
            throw afterRedirect(outcome(source, failed), intake);
        } finally {
            if (!handedOver) {
                abandon(result, thread, intake);
            }
        }
    }

    /// Returns the failure with what it says about the server that was contacted first: a redirect is an answer.
    private static FetchException afterRedirect(FetchException failure, Intake intake) {
        return intake.isElsewhere() ? failure.saying(ServerState.ANSWERED) : failure;
    }

    private static byte[] await(CompletableFuture<byte[]> result, Intake intake, long deadline)
            throws InterruptedException, ExecutionException, TimeoutException {
        while (true) {
            long left = deadline + intake.waitedNanos() - System.nanoTime();
            try {
                return result.get(Math.max(left, MIN_WAIT_NANOS), TimeUnit.NANOSECONDS);
            } catch (TimeoutException late) {
                if (deadline + intake.waitedNanos() - System.nanoTime() <= 0) {
                    throw late;
                }
            }
        }
    }

    /// Completes the result, or returns the memory if the result was abandoned meanwhile.
    private static void run(MediaSource source, URI uri, Intake intake, CompletableFuture<byte[]> result) {
        boolean taken = false;
        try {
            intake.open();
            taken = result.complete(source.fetch(uri, intake));
        } catch (OutOfMemoryError full) {
            result.completeExceptionally(new FetchException(
                    RejectionReason.FETCH_OUT_OF_MEMORY,
                    "Expected memory for " + RedactedUri.of(uri)
                            + ", found the heap full of other work. Try again later," + " or raise the heap (-Xmx).",
                    full));
        } catch (FetchException | InterruptedException | RuntimeException | Error failed) {
            result.completeExceptionally(failed);
        } finally {
            if (!taken) {
                intake.close();
            }
        }
    }

    /// Abandons an attempt: interrupts it, so that it returns its memory when it ends. If it has just ended, returns
    /// the memory here.
    private static void abandon(CompletableFuture<byte[]> result, Thread thread, Intake intake) {
        if (result.cancel(false)) {
            thread.interrupt();
        } else if (!result.isCompletedExceptionally()) {
            intake.close();
        }
    }

    /// Rethrows what the source threw, including its defects.
    private static FetchException outcome(MediaSource source, ExecutionException failed) throws InterruptedException {
        return switch (failed.getCause()) {
            case FetchException failure -> failure;
            case InterruptedException closed -> throw interrupted(closed);
            case RuntimeException defect -> throw defect;
            case Error defect -> throw defect;
            case null, default ->
                throw new IllegalStateException(
                        "Expected a FetchException from " + source.getClass() + ", found another exception", failed);
        };
    }

    private static InterruptedException interrupted(InterruptedException cause) {
        InterruptedException interrupted = new InterruptedException("Interrupted because the source was closed");
        interrupted.initCause(cause);
        return interrupted;
    }

    private MediaSource source(URI uri) throws FetchException {
        String scheme = uri.getScheme();
        if (scheme == null) {
            throw badUri(uri, "a relative one", "Write it in full.");
        }
        MediaSource source = sources.get(scheme.toLowerCase(Locale.ROOT));
        if (source == null) {
            throw new FetchException(
                    RejectionReason.UNSUPPORTED_SCHEME,
                    "Expected a URI of one of the schemes "
                            + sources.keySet().stream().sorted().toList() + ", found " + RedactedUri.of(uri)
                            + ". Upload the image there, or send its bytes inline.",
                    null);
        }
        return source;
    }

    /// Drops the parser's exception, because it repeats the URI with its secrets.
    private static URI parse(String uri) throws FetchException {
        if (uri.length() > MAX_URI_LENGTH) {
            throw badUri(uri, "one of " + uri.length() + " characters", "Shorten it.");
        }
        try {
            return new URI(uri);
        } catch (URISyntaxException malformed) {
            throw badUri(
                    uri,
                    malformed.getReason() + " at index " + malformed.getIndex(),
                    "Percent-encode characters that are not allowed there.");
        }
    }

    private static FetchException badUri(Object uri, String found, String remedy) {
        return new FetchException(
                RejectionReason.BAD_URI,
                "Expected an absolute URI of at most " + MAX_URI_LENGTH + " characters, found " + RedactedUri.of(uri)
                        + " (" + found + "). " + remedy,
                null);
    }
}
