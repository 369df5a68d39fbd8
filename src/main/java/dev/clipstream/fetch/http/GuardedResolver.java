package dev.clipstream.fetch.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hc.client5.http.DnsResolver;

/// Resolves names to the addresses that the guard permits.
///
/// The client connects to the addresses that this class returns, and does not resolve names otherwise. Lookups run on a
/// few platform threads, because the system's resolver blocks in native code: on a virtual thread it would hold a
/// carrier thread, of which there are as few as cores, for as long as a name server takes. A lookup may take longer
/// than a fetch, and cannot be interrupted. So concurrent lookups of a name are shared: a slow name holds one thread,
/// however many fetches give it up. Results are not cached.
final class GuardedResolver implements DnsResolver, AutoCloseable {
    private static final int MAX_LOOKUPS = 32;
    private static final int MAX_ADDRESSES = 4;

    private final HostResolver resolver;
    private final AddressGuard guard;
    private final ExecutorService lookups;
    private final Map<String, CompletableFuture<InetAddress[]>> inFlight = new ConcurrentHashMap<>();

    GuardedResolver(HostResolver resolver, AddressGuard guard) {
        this.resolver = resolver;
        this.guard = guard;
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                MAX_LOOKUPS,
                MAX_LOOKUPS,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name("resolve-", 0).daemon().factory());
        pool.allowCoreThreadTimeOut(true);
        this.lookups = pool;
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] permitted = Stream.of(lookUp(host))
                .filter(guard::permits)
                .limit(MAX_ADDRESSES)
                .toArray(InetAddress[]::new);
        if (permitted.length == 0) {
            throw new AddressRefusedException(host);
        }
        return permitted;
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }

    @Override
    public void close() {
        lookups.shutdownNow();
        inFlight.values().forEach(lookup -> lookup.cancel(false));
    }

    private InetAddress[] lookUp(String host) throws UnknownHostException {
        try {
            return inFlight.computeIfAbsent(host, this::begin).get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw unknown(host, interrupted);
        } catch (ExecutionException | CancellationException failed) {
            throw unknown(host, failed);
        }
    }

    private CompletableFuture<InetAddress[]> begin(String host) {
        CompletableFuture<InetAddress[]> lookup = new CompletableFuture<>();
        lookups.execute(() -> {
            try {
                InetAddress[] addresses = resolver.resolve(host);
                inFlight.remove(host, lookup);
                lookup.complete(addresses);
            } catch (UnknownHostException | RuntimeException | Error failed) {
                inFlight.remove(host, lookup);
                lookup.completeExceptionally(failed);
            }
        });
        return lookup;
    }

    private static UnknownHostException unknown(String host, Exception cause) {
        UnknownHostException unknown = new UnknownHostException(host);
        unknown.initCause(cause);
        return unknown;
    }
}
