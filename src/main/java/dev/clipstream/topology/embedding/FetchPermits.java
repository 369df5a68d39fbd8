package dev.clipstream.topology.embedding;

import dev.clipstream.clip.batch.Urgency;
import dev.clipstream.fetch.Origin;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedSet;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Limits the concurrent fetches, in total and for each host: without the second limit, a slow host would soon hold all
/// permits.
///
/// A fetch that waits holds neither a permit nor a thread. Live fetches go first, and back-fill leaves a quarter of the
/// permits to them, in total and of each host: a fetch cannot be interrupted for a more urgent one, and a slow one
/// takes many seconds. Hosts take turns; the fetches of a host keep their order. Safe for use by many threads.
final class FetchPermits {
    private static final int LIVE_PART = 4;

    private final int total;
    private final int perHost;
    private final Map<String, Host> hosts = new HashMap<>();
    /// The hosts with a fetch that waits and a permit for it, in the order of their turns.
    private final Map<Urgency, SequencedSet<Host>> turns = byUrgency();

    private final Map<Urgency, Integer> running = new EnumMap<>(Urgency.class);

    /// @param total   maximum concurrent fetches, at least 1
    /// @param perHost maximum concurrent fetches from one host, at least 1
    FetchPermits(int total, int perHost) {
        this.total = total;
        this.perHost = perHost;
    }

    /// The fetches of one host. A host without any is removed.
    private static final class Host {
        private final String name;
        private final Map<Urgency, SequencedSet<Request>> waiting = byUrgency();
        private final Map<Urgency, Integer> running = new EnumMap<>(Urgency.class);

        Host(String name) {
            this.name = name;
        }

        boolean isUnused() {
            return sum(running) == 0 && waiting.values().stream().allMatch(SequencedSet::isEmpty);
        }
    }

    /// A request for a permit: waits, then holds it until it is closed. Closing it before withdraws it. Closing it
    /// again has no effect.
    final class Request implements AutoCloseable {
        private final Origin origin;
        private final Urgency urgency;
        private final Consumer<Request> start;
        private final Runnable refuse;
        private boolean over;

        private Request(Origin origin, Urgency urgency, Consumer<Request> start, Runnable refuse) {
            this.origin = origin;
            this.urgency = urgency;
            this.start = start;
            this.refuse = refuse;
        }

        @Override
        public void close() {
            FetchPermits.this.close(this);
        }
    }

    /// Requests a permit.
    ///
    /// @param start  gets the request once it has a permit, unless it is closed before; on the calling thread, or on
    ///               one that closes another request. Must be fast, and have the request closed in the end
    /// @param refuse runs instead if the origin is refused first; in the same way
    Request request(Origin origin, Urgency urgency, Consumer<Request> start, Runnable refuse) {
        Request request = new Request(origin, urgency, start, refuse);
        List<Request> started;
        synchronized (this) {
            Host host = hosts.computeIfAbsent(origin.host(), Host::new);
            of(host.waiting, urgency).addLast(request);
            updateTurn(host, urgency);
            started = start();
        }
        started.forEach(one -> one.start.accept(one));
        return request;
    }

    /// Refuses the fetches from an origin that wait.
    void refuse(Origin origin) {
        List<Request> refused = new ArrayList<>();
        synchronized (this) {
            Host host = hosts.get(origin.host());
            if (host != null) {
                refuse(host, request -> request.origin.equals(origin), refused);
            }
        }
        refused.forEach(one -> one.refuse.run());
    }

    /// Refuses all fetches that wait.
    void refuseAll() {
        List<Request> refused = new ArrayList<>();
        synchronized (this) {
            List.copyOf(hosts.values()).forEach(host -> refuse(host, any -> true, refused));
        }
        refused.forEach(one -> one.refuse.run());
    }

    private void refuse(Host host, Predicate<Request> which, List<Request> refused) {
        for (Urgency urgency : Urgency.values()) {
            SequencedSet<Request> waiting = of(host.waiting, urgency);
            List<Request> found = waiting.stream().filter(which).toList();
            found.forEach(request -> request.over = true);
            found.forEach(waiting::remove);
            refused.addAll(found);
            updateTurn(host, urgency);
        }
        removeIfUnused(host);
    }

    /// Returns the number of hosts with a fetch that runs or waits.
    synchronized int hosts() {
        return hosts.size();
    }

    /// Returns the number of fetches that wait.
    synchronized int waiting() {
        return hosts.values().stream()
                .flatMap(host -> host.waiting.values().stream())
                .mapToInt(SequencedSet::size)
                .sum();
    }

    private void close(Request request) {
        List<Request> started;
        synchronized (this) {
            if (request.over) {
                return;
            }
            request.over = true;
            Host host = Objects.requireNonNull(hosts.get(request.origin.host()));
            if (!of(host.waiting, request.urgency).remove(request)) {
                running.merge(request.urgency, -1, Integer::sum);
                host.running.merge(request.urgency, -1, Integer::sum);
            }
            for (Urgency urgency : Urgency.values()) {
                updateTurn(host, urgency);
            }
            removeIfUnused(host);
            started = start();
        }
        started.forEach(one -> one.start.accept(one));
    }

    private void removeIfUnused(Host host) {
        if (host.isUnused()) {
            hosts.remove(host.name);
        }
    }

    /// Grants permits while there are any, to live fetches first.
    private List<Request> start() {
        List<Request> started = new ArrayList<>();
        for (Urgency urgency : Urgency.values()) {
            SequencedSet<Host> hostsInTurn = of(turns, urgency);
            while (!hostsInTurn.isEmpty() && hasRoom(running, total, urgency)) {
                Host host = hostsInTurn.removeFirst();
                started.add(of(host.waiting, urgency).removeFirst());
                running.merge(urgency, 1, Integer::sum);
                host.running.merge(urgency, 1, Integer::sum);
                for (Urgency any : Urgency.values()) {
                    updateTurn(host, any);
                }
            }
        }
        return started;
    }

    /// Puts a host at the end of the turns if it gets a turn and has none.
    private void updateTurn(Host host, Urgency urgency) {
        SequencedSet<Host> hostsInTurn = of(turns, urgency);
        if (of(host.waiting, urgency).isEmpty() || !hasRoom(host.running, perHost, urgency)) {
            hostsInTurn.remove(host);
        } else {
            hostsInTurn.add(host);
        }
    }

    private static boolean hasRoom(Map<Urgency, Integer> running, int most, Urgency urgency) {
        return sum(running) < most
                && (urgency == Urgency.LIVE
                        || running.getOrDefault(Urgency.BACKFILL, 0)
                                < Math.max(1, most - Math.ceilDiv(most, LIVE_PART)));
    }

    private static int sum(Map<Urgency, Integer> running) {
        return running.values().stream().mapToInt(Integer::intValue).sum();
    }

    private static <T> SequencedSet<T> of(Map<Urgency, SequencedSet<T>> sets, Urgency urgency) {
        return Objects.requireNonNull(sets.get(urgency));
    }

    private static <T> Map<Urgency, SequencedSet<T>> byUrgency() {
        Map<Urgency, SequencedSet<T>> sets = new EnumMap<>(Urgency.class);
        for (Urgency urgency : Urgency.values()) {
            sets.put(urgency, new LinkedHashSet<>());
        }
        return sets;
    }
}
