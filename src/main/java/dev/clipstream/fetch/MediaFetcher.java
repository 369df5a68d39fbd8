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

/// Fetches media: picks the source by the URI's scheme, tries again what may pass by itself, and
/// keeps the deadline.
///
/// Every attempt runs on a virtual thread of its own while the caller waits for it, since only so a
/// deadline holds whatever the attempt is doing: an interrupt wakes it from a socket, and where it is
/// stuck deeper (a resolver, a network file system) it is left behind and its late result dropped. All media that
/// were fetched and not closed share a part of the heap; the deadline does not run while an attempt waits for it.
/// Safe for use by many threads; blocks its caller, which is why callers are virtual threads. Owns its
/// sources and closes them.
public final class MediaFetcher implements AutoCloseable {
    private static final int LONGEST_URI = 8192;

    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Map<String, MediaSource> sources;
    private final FetchSettings settings;
    private final Backoff backoff;
    private final Pause pause;
    private final FetchMemory memory;

    /// Where the time between attempts is spent.
    @FunctionalInterface
    interface Pause {
        void of(Duration time) throws InterruptedException;
    }

    /// @param sources  one a scheme; closed with this fetcher
    /// @param settings size, deadline and retries
    /// @throws IllegalArgumentException if two sources take one scheme, or the heap is too small for one medium
    public MediaFetcher(List<MediaSource> sources, FetchSettings settings) {
        this(
                sources,
                settings,
                new Backoff(settings.firstBackoff(), settings.maxBackoff()),
                Thread::sleep,
                FetchMemory.ofHeap(settings.maxBytes(), Runtime.getRuntime().maxMemory()));
    }

    MediaFetcher(List<MediaSource> sources, FetchSettings settings, Backoff backoff, Pause pause, FetchMemory memory) {
        Map<String, MediaSource> byScheme = new HashMap<>();
        for (MediaSource source : sources) {
            for (String scheme : source.schemes()) {
                if (byScheme.put(scheme, source) != null) {
                    throw new IllegalArgumentException(
                            "One source for each scheme was expected, found two for '" + scheme + "': remove one");
                }
            }
        }
        this.sources = Map.copyOf(byScheme);
        this.settings = settings;
        this.backoff = backoff;
        this.pause = pause;
        this.memory = memory;
    }

    /// A fetcher for `file:`, `http:` and `https:`.
    public static MediaFetcher create(FetchSettings settings) {
        return new MediaFetcher(List.of(new FileSource(settings.allowedRoots()), new HttpSource(settings)), settings);
    }

    /// Who is asked first for a URI; empty for one that will not be fetched.
    ///
    /// @param uri hostile
    public String origin(String uri) {
        try {
            URI parsed = parse(uri);
            return source(parsed).origin(parsed);
        } catch (FetchException refused) {
            return "";
        }
    }

    /// Fetches the whole content of a URI.
    ///
    /// @param uri hostile
    /// @return    to be closed when its bytes are needed no more
    /// @throws FetchException       if it may not be had, or not within the settings' limits
    /// @throws InterruptedException if the caller's thread is interrupted; what is in flight ends
    public FetchedMedium fetch(String uri) throws FetchException, InterruptedException {
        URI parsed = parse(uri);
        MediaSource source = source(parsed);
        long deadline = System.nanoTime() + settings.requestTimeout().toNanos();
        for (int attempt = 1; ; attempt++) {
            Intake intake = new Intake(memory, settings.maxBytes());
            try {
                return new FetchedMedium(attempt(source, parsed, intake, deadline), intake);
            } catch (FetchException failure) {
                deadline += intake.waitedNanos();
                if (!failure.reason().retryable() || attempt == settings.maxAttempts()) {
                    throw failure;
                }
                Duration wait = backoff.after(attempt, failure.retryAfter());
                if (wait.toNanos() >= deadline - System.nanoTime()) {
                    throw failure;
                }
                pause.of(wait);
            }
        }
    }

    @Override
    public void close() {
        sources.values().stream().distinct().forEach(MediaSource::close);
    }

    /// @return bytes whose intake is the caller's to close
    private byte[] attempt(MediaSource source, URI uri, Intake intake, long deadline)
            throws FetchException, InterruptedException {
        CompletableFuture<byte[]> result = new CompletableFuture<>();
        Thread thread = Thread.ofVirtual().name("fetch").start(() -> run(source, uri, intake, result));
        boolean handedOver = false;
        try {
            byte[] bytes = await(result, intake, deadline);
            handedOver = true;
            return bytes;
        } catch (TimeoutException late) {
            throw new FetchException(
                    RejectionReason.TIMEOUT,
                    "Expected " + Told.of(uri) + " within " + settings.requestTimeout()
                            + ", found it unfinished: try later or raise requestTimeout",
                    late);
        } catch (ExecutionException failed) {
            throw outcome(source, failed);
        } finally {
            if (!handedOver) {
                leave(result, thread, intake);
            }
        }
    }

    private static byte[] await(CompletableFuture<byte[]> result, Intake intake, long deadline)
            throws InterruptedException, ExecutionException, TimeoutException {
        while (true) {
            long left = deadline + intake.waitedNanos() - System.nanoTime();
            try {
                return result.get(Math.max(left, LOOK_AGAIN_NANOS), TimeUnit.NANOSECONDS);
            } catch (TimeoutException late) {
                if (deadline + intake.waitedNanos() - System.nanoTime() <= 0) {
                    throw late;
                }
            }
        }
    }

    /// Ends with bytes that somebody takes, or gives their memory back, whenever that is.
    private static void run(MediaSource source, URI uri, Intake intake, CompletableFuture<byte[]> result) {
        boolean taken = false;
        try {
            intake.open();
            taken = result.complete(source.fetch(uri, intake));
        } catch (OutOfMemoryError full) {
            result.completeExceptionally(new FetchException(
                    RejectionReason.FETCH_OUT_OF_MEMORY,
                    "Room in memory for " + Told.of(uri) + " was expected, found the heap full of other work: try"
                            + " later or raise the heap (-Xmx)",
                    full));
        } catch (FetchException | InterruptedException | RuntimeException | Error failed) {
            result.completeExceptionally(failed);
        } finally {
            if (!taken) {
                intake.close();
            }
        }
    }

    /// Nobody waits any more: the attempt is woken and gives its memory back when it ends, or has ended just now.
    private static void leave(CompletableFuture<byte[]> result, Thread thread, Intake intake) {
        if (result.cancel(false)) {
            thread.interrupt();
        } else if (!result.isCompletedExceptionally()) {
            intake.close();
        }
    }

    /// What a source may throw is its caller's; a defect of a source stays a defect.
    private static FetchException outcome(MediaSource source, ExecutionException failed) throws InterruptedException {
        return switch (failed.getCause()) {
            case FetchException failure -> failure;
            case InterruptedException closed -> throw interrupted(closed);
            case RuntimeException defect -> throw defect;
            case Error defect -> throw defect;
            case null, default ->
                throw new IllegalStateException(
                        "A FetchException was expected of " + source.getClass() + ", found another failure", failed);
        };
    }

    private static InterruptedException interrupted(InterruptedException cause) {
        InterruptedException interrupted = new InterruptedException("The source closed while it was fetching");
        interrupted.initCause(cause);
        return interrupted;
    }

    private MediaSource source(URI uri) throws FetchException {
        String scheme = uri.getScheme();
        if (scheme == null) {
            throw badUri(uri, "a relative one", "write it in full");
        }
        MediaSource source = sources.get(scheme.toLowerCase(Locale.ROOT));
        if (source == null) {
            throw new FetchException(
                    RejectionReason.UNSUPPORTED_SCHEME,
                    "Expected a URI of one of the schemes "
                            + sources.keySet().stream().sorted().toList() + ", found " + Told.of(uri)
                            + ": upload it there or send its bytes inline",
                    null);
        }
        return source;
    }

    /// The parser's exception repeats the URI with its secrets, hence is not kept.
    private static URI parse(String uri) throws FetchException {
        if (uri.length() > LONGEST_URI) {
            throw badUri(uri, "one of " + uri.length() + " characters", "shorten it");
        }
        try {
            return new URI(uri);
        } catch (URISyntaxException malformed) {
            throw badUri(
                    uri,
                    malformed.getReason() + " at index " + malformed.getIndex(),
                    "percent-encode what may not stand there");
        }
    }

    private static FetchException badUri(Object uri, String found, String remedy) {
        return new FetchException(
                RejectionReason.BAD_URI,
                "Expected an absolute URI of at most " + LONGEST_URI + " characters, found " + Told.of(uri) + " ("
                        + found + "): " + remedy,
                null);
    }
}
