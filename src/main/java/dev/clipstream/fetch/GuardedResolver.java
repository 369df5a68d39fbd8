package dev.clipstream.fetch;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.hc.client5.http.DnsResolver;

/// The client's view of names: addresses that the guard permits, and no others.
///
/// What is returned here is what the client connects to; it asks nobody else. Lookups run on a few
/// platform threads, since the system's resolver blocks in native code: on a virtual thread it would
/// hold one of as few carriers as there are cores for as long as somebody's name server likes.
final class GuardedResolver implements DnsResolver, AutoCloseable {
    private static final int MOST_LOOKUPS = 32;
    private static final int MOST_ADDRESSES = 4;

    private final HostResolver resolver;
    private final AddressGuard guard;
    private final ExecutorService lookups;

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
        List<Runnable> waiting = lookups.shutdownNow();
        waiting.forEach(lookup -> ((Future<?>) lookup).cancel(false));
    }

    private InetAddress[] lookUp(String host) throws UnknownHostException {
        Future<InetAddress[]> lookup = lookups.submit(() -> resolver.resolve(host));
        try {
            return lookup.get();
        } catch (InterruptedException interrupted) {
            lookup.cancel(true);
            Thread.currentThread().interrupt();
            throw unknown(host, interrupted);
        } catch (ExecutionException failed) {
            throw unknown(host, failed);
        }
    }

    private static UnknownHostException unknown(String host, Exception cause) {
        UnknownHostException unknown = new UnknownHostException(host);
        unknown.initCause(cause);
        return unknown;
    }
}
