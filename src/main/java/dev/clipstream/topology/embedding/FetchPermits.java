package dev.clipstream.topology.embedding;

import dev.clipstream.clip.batch.Urgency;
import dev.clipstream.fetch.Origin;
import dev.clipstream.fetch.ServerState;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Limits the concurrent fetches, in total and for each host: without the second limit, a slow host would soon hold all
/// permits.
///
/// The limit of a host starts at [#FIRST_LIMIT], grows by one with each answer, and halves with each failure: slow
/// start and multiplicative decrease of TCP (V. Jacobson, *Congestion Avoidance and Control*, SIGCOMM 1988), since
/// whether an unknown host is silent shows only after its first time-out. Hosts at the first limit are on trial: they
/// leave a quarter of the permits to those that answer, and take turns with them.
///
/// A fetch that waits holds neither a permit nor a thread. Live fetches go first, and back-fill leaves a quarter of the
/// permits to them, in total and of each host: a fetch cannot be interrupted for a more urgent one, and a slow one
/// takes many seconds. Hosts take turns; the fetches of a host keep their order. Safe for use by many threads.
final class FetchPermits {
    /// The limit of a host that has not answered yet. Back-fill uses six of them, so that two rounds of time-outs make
    /// the ten failures that open a circuit by default.
    static final int FIRST_LIMIT = 8;

    /// The most hosts without fetches whose limits are remembered.
    static final int MAX_REMEMBERED = 10_000;

    private static final int KEPT_FREE = 4;

    private final int total;
    private final int perHost;
    private final Map<String, Host> hosts = new HashMap<>();
    /// The limits of hosts that answer and have no fetch now, least recently used first.
    private final SequencedMap<String, Integer> remembered = new LinkedHashMap<>();
    /// The hosts that answer, with a fetch that waits and a permit for it, in the order of their turns.
    private final Map<Urgency, SequencedSet<Host>> turns = byUrgency();
    /// The same for hosts on trial.
    private final Map<Urgency, SequencedSet<Host>> trialTurns = byUrgency();

    private final Map<Urgency, Integer> running = new EnumMap<>(Urgency.class);
    private final Map<Urgency, Integer> onTrial = new EnumMap<>(Urgency.class);
    private boolean trialIsNext;

    /// @param total   maximum concurrent fetches, at least 1
    /// @param perHost maximum concurrent fetches from one host, at least 1
    FetchPermits(int total, int perHost) {
        this.total = total;
        this.perHost = perHost;
    }

    /// The fetches of one host. A host without any is removed, and only its limit is remembered.
    private static final class Host {
        private final String name;
        private final Map<Urgency, SequencedSet<Request>> waiting = byUrgency();
        private final Map<Urgency, Integer> running = new EnumMap<>(Urgency.class);
        private int limit;

        Host(String name, int limit) {
            this.name = name;
            this.limit = limit;
        }

        boolean isOnTrial() {
            return limit <= FIRST_LIMIT;
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
        private boolean trial;
        private boolean over;

        private Request(Origin origin, Urgency urgency, Consumer<Request> start, Runnable refuse) {
            this.origin = origin;
            this.urgency = urgency;
            this.start = start;
            this.refuse = refuse;
        }

        /// Reports what the fetch says about its host, before it is closed.
        void report(ServerState state) {
            FetchPermits.this.report(this, state);
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
            Host host = hosts.computeIfAbsent(origin.host(), this::host);
            of(host.waiting, urgency).addLast(request);
            updateTurns(host);
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
        }
        updateTurns(host);
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

    private synchronized void report(Request request, ServerState state) {
        Host host = hosts.get(request.origin.host());
        if (request.over || host == null) {
            return;
        }
        host.limit = switch (state) {
            // one more than the first limit, even if that exceeds the maximum, since the host has answered
            case ANSWERED -> Math.min(host.limit + 1, Math.max(perHost, FIRST_LIMIT + 1));
            case FAILED -> Math.max(host.limit / 2, FIRST_LIMIT);
            case UNKNOWN -> host.limit;
        };
        updateTurns(host);
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
                count(host, request, -1);
            }
            updateTurns(host);
            removeIfUnused(host);
            started = start();
        }
        started.forEach(one -> one.start.accept(one));
    }

    private Host host(String name) {
        Integer limit = remembered.remove(name);
        return new Host(name, limit == null ? FIRST_LIMIT : limit);
    }

    private void removeIfUnused(Host host) {
        if (host.isUnused()) {
            hosts.remove(host.name);
            if (!host.isOnTrial()) {
                remembered.putLast(host.name, host.limit);
                if (remembered.size() > MAX_REMEMBERED) {
                    remembered.pollFirstEntry();
                }
            }
        }
    }

    /// Grants permits while there are any, to live fetches first.
    private List<Request> start() {
        List<Request> started = new ArrayList<>();
        for (Urgency urgency : Urgency.values()) {
            for (Host host = next(urgency); host != null; host = next(urgency)) {
                Request request = of(host.waiting, urgency).removeFirst();
                request.trial = host.isOnTrial();
                trialIsNext = !request.trial;
                count(host, request, 1);
                started.add(request);
                // at the end of the turns, if it gets another one
                of(turns, urgency).remove(host);
                of(trialTurns, urgency).remove(host);
                updateTurns(host);
            }
        }
        return started;
    }

    /// Returns the host whose turn it is; null: no permit may be granted.
    private @Nullable Host next(Urgency urgency) {
        if (!hasRoom(running, total, urgency)) {
            return null;
        }
        Host answering = first(turns, urgency);
        Host trial = hasRoom(onTrial, allButAQuarter(total), urgency) ? first(trialTurns, urgency) : null;
        return trial != null && (trialIsNext || answering == null) ? trial : answering;
    }

    /// Counts a fetch that starts (1) or ends (-1).
    private void count(Host host, Request request, int change) {
        running.merge(request.urgency, change, Integer::sum);
        host.running.merge(request.urgency, change, Integer::sum);
        if (request.trial) {
            onTrial.merge(request.urgency, change, Integer::sum);
        }
    }

    /// Puts a host at the end of the turns that it gets and does not have, and takes the others away.
    private void updateTurns(Host host) {
        for (Urgency urgency : Urgency.values()) {
            SequencedSet<Host> own = of(host.isOnTrial() ? trialTurns : turns, urgency);
            of(host.isOnTrial() ? turns : trialTurns, urgency).remove(host);
            if (of(host.waiting, urgency).isEmpty() || !hasRoom(host.running, Math.min(host.limit, perHost), urgency)) {
                own.remove(host);
            } else {
                own.add(host);
            }
        }
    }

    private static boolean hasRoom(Map<Urgency, Integer> running, int most, Urgency urgency) {
        return sum(running) < most
                && (urgency == Urgency.LIVE || running.getOrDefault(Urgency.BACKFILL, 0) < allButAQuarter(most));
    }

    private static int allButAQuarter(int permits) {
        return Math.max(1, permits - Math.ceilDiv(permits, KEPT_FREE));
    }

    private static @Nullable Host first(Map<Urgency, SequencedSet<Host>> turns, Urgency urgency) {
        SequencedSet<Host> hosts = of(turns, urgency);
        return hosts.isEmpty() ? null : hosts.getFirst();
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
