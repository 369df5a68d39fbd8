package dev.clipstream.topology.embedding;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/// Whose turn it is to be fetched: so many at once in all, and so many from one host, for a host that answers slowly
/// would soon have every turn.
///
/// A host's own turn comes first, so that those who wait for a slow host hold nothing that others need. In each of the
/// two queues who came first is served first. Safe for use by many threads.
final class FetchTurns {
    private final Semaphore all;
    private final int perHost;
    private final Map<String, Host> hosts = new ConcurrentHashMap<>();

    /// @param users that wait for a turn or have one; a host without is forgotten
    private record Host(Semaphore turns, int users) {}

    /// @param atOnce  fetches, at least 1
    /// @param perHost fetches from one host, at least 1
    FetchTurns(int atOnce, int perHost) {
        this.all = new Semaphore(atOnce, true);
        this.perHost = perHost;
    }

    /// A turn, over on close.
    interface Turn extends AutoCloseable {
        @Override
        void close();
    }

    /// Waits for a turn.
    Turn take(String host) throws InterruptedException {
        Semaphore own = enter(host);
        boolean taken = false;
        try {
            own.acquire();
            try {
                all.acquire();
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
            all.release();
            own.release();
            leave(host);
        };
    }

    /// Hosts that somebody waits for or fetches from.
    int hosts() {
        return hosts.size();
    }

    private Semaphore enter(String name) {
        return hosts.merge(
                        name,
                        new Host(new Semaphore(perHost, true), 1),
                        (host, fresh) -> new Host(host.turns(), host.users() + 1))
                .turns();
    }

    private void leave(String name) {
        hosts.computeIfPresent(
                name, (same, host) -> host.users() == 1 ? null : new Host(host.turns(), host.users() - 1));
    }
}
