package dev.clipstream.topology.embedding;

import dev.clipstream.image.preprocess.DecodeCost;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// Images that wait to be decoded, in a queue for each class of cost.
///
/// The classes share the decode threads by start-time fair queueing (P. Goyal, H. M. Vin, H. Cheng, SIGCOMM 1996): each
/// class has a virtual time, by which it was served in proportion to its weight, and the one that is furthest behind is
/// next. A class that was empty begins at the greatest virtual time at which an image was taken, so idle time earns
/// nothing. Of all classes with images, each costlier one has half the share of the cheaper one, so none starves. Not
/// safe for concurrent use.
///
/// @param <T> an image with what belongs to it, distinct by identity or equality
final class FairQueue<T> {
    private final Map<DecodeCost, Flow<T>> flows = new EnumMap<>(DecodeCost.class);
    private double virtualNanos;

    /// The images of one class.
    private static final class Flow<T> {
        private final SequencedSet<T> waiting = new LinkedHashSet<>();
        private final double weight;
        /// What an image is charged with until its time is known.
        private final long usualNanos;

        private double backlogged;
        private double served;

        /// @param rank of its cost, from 0
        Flow(int rank) {
            this.weight = 1.0 / (1 << rank);
            this.usualNanos = TimeUnit.MILLISECONDS.toNanos(4) << (3 * rank);
        }

        double start() {
            return Math.max(backlogged, served);
        }
    }

    FairQueue() {
        for (DecodeCost cost : DecodeCost.values()) {
            flows.put(cost, new Flow<>(flows.size()));
        }
    }

    void add(DecodeCost cost, T image) {
        Flow<T> flow = of(cost);
        if (flow.waiting.isEmpty()) {
            flow.backlogged = virtualNanos;
        }
        flow.waiting.addLast(image);
    }

    /// Removes an image that waits. Returns whether it did.
    boolean remove(DecodeCost cost, T image) {
        return of(cost).waiting.remove(image);
    }

    /// Returns the class of the next image; empty: none of an eligible class waits.
    Optional<DecodeCost> next(Predicate<DecodeCost> eligible) {
        DecodeCost next = null;
        for (Map.Entry<DecodeCost, Flow<T>> entry : flows.entrySet()) {
            boolean waits = !entry.getValue().waiting.isEmpty() && eligible.test(entry.getKey());
            if (waits && (next == null || entry.getValue().start() < of(next).start())) {
                next = entry.getKey();
            }
        }
        return Optional.ofNullable(next);
    }

    /// Takes the oldest image of a class that [#next] returned.
    T take(DecodeCost cost) {
        Flow<T> flow = of(cost);
        virtualNanos = Math.max(virtualNanos, flow.start());
        flow.served = flow.start() + flow.usualNanos / flow.weight;
        return flow.waiting.removeFirst();
    }

    /// Charges a class with the time that an image took, which was charged with the usual time until now.
    void took(DecodeCost cost, long nanos) {
        Flow<T> flow = of(cost);
        flow.served += (nanos - flow.usualNanos) / flow.weight;
    }

    /// Removes all images and returns them.
    List<T> removeAll() {
        List<T> all = new ArrayList<>();
        for (Flow<T> flow : flows.values()) {
            all.addAll(flow.waiting);
            flow.waiting.clear();
        }
        return all;
    }

    private Flow<T> of(DecodeCost cost) {
        return Objects.requireNonNull(flows.get(cost));
    }
}
