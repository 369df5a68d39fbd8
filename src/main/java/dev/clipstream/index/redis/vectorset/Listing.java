package dev.clipstream.index.redis.vectorset;

import dev.clipstream.index.IndexedMedia;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.BiFunction;

/// Iterates over all media of an index, newest or oldest upload first. It merges the shards, and reads each in pieces,
/// as far as the caller goes on. Used by one thread.
///
/// Media that are uploaded meanwhile may be left out. No medium is returned twice.
final class Listing implements Iterator<IndexedMedia> {
    private static final Comparator<IndexedMedia> NEWEST_FIRST = Comparator.comparing(
                    (IndexedMedia media) -> media.details().uploadedAt())
            .reversed()
            .thenComparing(IndexedMedia::mediaId);

    private static final int PIECE = 256;

    private final BiFunction<Integer, Long, List<String>> ids;
    private final BiFunction<Integer, List<String>, List<IndexedMedia>> media;
    private final PriorityQueue<Shard> shards;

    /// @param count       number of shards
    /// @param newestFirst whether the newest upload comes first, rather than the oldest
    /// @param ids         returns the ids of a shard from a position on, at most [#piece]; fewer at its end
    /// @param media       returns the media of ids of a shard that still exist, in their order
    Listing(
            int count,
            boolean newestFirst,
            BiFunction<Integer, Long, List<String>> ids,
            BiFunction<Integer, List<String>, List<IndexedMedia>> media) {
        this.ids = ids;
        this.media = media;
        this.shards = new PriorityQueue<>(Comparator.comparing(
                (Shard shard) -> shard.waiting.getFirst(), newestFirst ? NEWEST_FIRST : NEWEST_FIRST.reversed()));
        for (int i = 0; i < count; i++) {
            Shard shard = new Shard(i);
            if (shard.fill()) {
                shards.add(shard);
            }
        }
    }

    /// Returns the most ids that are read at once.
    static int piece() {
        return PIECE;
    }

    @Override
    public boolean hasNext() {
        return !shards.isEmpty();
    }

    @Override
    public IndexedMedia next() {
        Shard newest = shards.poll();
        if (newest == null) {
            throw new NoSuchElementException("Expected a further medium, found the end of the listing");
        }
        IndexedMedia next = newest.waiting.removeFirst();
        if (newest.fill()) {
            shards.add(newest);
        }
        return next;
    }

    /// A shard, and how far it was read.
    private final class Shard {
        private final int number;
        private final Deque<IndexedMedia> waiting = new ArrayDeque<>();
        private Set<String> before = new HashSet<>();
        private long read;
        private boolean ended;

        Shard(int number) {
            this.number = number;
        }

        /// @return whether a medium is waiting
        boolean fill() {
            while (waiting.isEmpty() && !ended) {
                List<String> piece = ids.apply(number, read);
                read += piece.size();
                ended = piece.size() < PIECE;
                // new uploads move ids that were read into the next piece
                List<String> fresh = new ArrayList<>(piece);
                fresh.removeAll(before);
                before = new HashSet<>(piece);
                waiting.addAll(media.apply(number, fresh));
            }
            return !waiting.isEmpty();
        }
    }
}
