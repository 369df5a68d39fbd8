package dev.clipstream.topology.embedding;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/// Limits the concurrent fetches, in total and for each host: without the second limit, a slow host would soon
/// hold all permits.
///
/// A fetch acquires the permit of its host first, so that fetches that wait for a slow host hold no permit of the
/// total. Both queues are fair. Safe for use by many threads.
final class FetchPermits {
    private final Semaphore total;
    private final int perHost;
    private final Map<String, Host> hosts = new ConcurrentHashMap<>();

    /// @param users threads that hold a permit or wait for one; a host without users is removed
    private record Host(Semaphore permits, int users) {}

    /// @param total   maximum concurrent fetches, at least 1
    /// @param perHost maximum concurrent fetches from one host, at least 1
    FetchPermits(int total, int perHost) {
        this.total = new Semaphore(total, true);
        this.perHost = perHost;
    }

    /// A permit for one fetch, released on close.
    interface Permit extends AutoCloseable {
        @Override
        void close();
    }

    /// Waits for a permit.
    Permit acquire(String host) throws InterruptedException {
        Semaphore own = enter(host);
        boolean taken = false;
        try {
            own.acquire();
            try {
                total.acquire();
                taken = true;
            } finally {
                if (!taken) {
                    own.release();
                }
            }
        } finally {
            if (!taken) {
                leave(host);
            }
        }
        return () -> {
            total.release();
            own.release();
            leave(host);
        };
    }

    /// Returns the number of hosts with a fetch that runs or waits.
    int hosts() {
        return hosts.size();
    }

    private Semaphore enter(String name) {
        return hosts.merge(
                        name,
                        new Host(new Semaphore(perHost, true), 1),
                        (host, fresh) -> new Host(host.permits(), host.users() + 1))
                .permits();
    }

    private void leave(String name) {
        hosts.computeIfPresent(
                name, (same, host) -> host.users() == 1 ? null : new Host(host.permits(), host.users() - 1));
    }
}
