package dev.clipstream.fetch;

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

/// The client's view of names: addresses that the guard permits, and no others.
///
/// What is returned here is what the client connects to; it asks nobody else. Lookups run on a few
/// platform threads, since the system's resolver blocks in native code: on a virtual thread it would
/// hold one of as few carriers as there are cores for as long as somebody's name server likes. That may be
/// longer than a fetch, which no interrupt shortens; so all who ask for a name while it is looked up share that
/// lookup, and a slow name holds one thread, however many fetches give it up. Nothing is remembered beyond that.
final class GuardedResolver implements DnsResolver, AutoCloseable {
    private static final int MOST_LOOKUPS = 32;
    private static final int MOST_ADDRESSES = 4;

    private final HostResolver resolver;
    private final AddressGuard guard;
    private final ExecutorService lookups;
    private final Map<String, CompletableFuture<InetAddress[]>> underWay = new ConcurrentHashMap<>();

    GuardedResolver(HostResolver resolver, AddressGuard guard) {
        this.resolver = resolver;
        this.guard = guard;
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                MOST_LOOKUPS,
                MOST_LOOKUPS,
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
                .limit(MOST_ADDRESSES)
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
        underWay.values().forEach(lookup -> lookup.cancel(false));
    }

    private InetAddress[] lookUp(String host) throws UnknownHostException {
        try {
            return underWay.computeIfAbsent(host, this::begin).get();
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
                underWay.remove(host, lookup);
                lookup.complete(addresses);
            } catch (UnknownHostException | RuntimeException | Error failed) {
                underWay.remove(host, lookup);
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
