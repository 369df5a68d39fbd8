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

/// All media of an index, newest upload first, read as far as somebody goes on: a merge over the shards, each read in
/// pieces.
///
/// Media that are uploaded meanwhile may be left out; none comes twice.
final class Listing implements Iterator<IndexedMedia> {
    private static final Comparator<IndexedMedia> NEWEST_FIRST = Comparator.comparing(
                    (IndexedMedia media) -> media.details().uploadedAt())
            .reversed()
            .thenComparing(IndexedMedia::mediaId);

    private static final int PIECE = 256;

    private final BiFunction<Integer, Long, List<String>> ids;
    private final BiFunction<Integer, List<String>, List<IndexedMedia>> media;
    private final PriorityQueue<Shard> shards =
            new PriorityQueue<>(Comparator.comparing((Shard shard) -> shard.waiting.getFirst(), NEWEST_FIRST));

    /// @param count of shards
    /// @param ids   gives the ids of a shard from a place on, at most [#PIECE]; none: its end
    /// @param media gives the media of ids of a shard that are still there, in their order
    Listing(
            int count,
            BiFunction<Integer, Long, List<String>> ids,
            BiFunction<Integer, List<String>, List<IndexedMedia>> media) {
        this.ids = ids;
        this.media = media;
        for (int i = 0; i < count; i++) {
            Shard shard = new Shard(i);
            if (shard.fill()) {
                shards.add(shard);
            }
        }
    }

    /// Most ids that are asked for at once.
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
            throw new NoSuchElementException("All media were listed");
        }
        IndexedMedia next = newest.waiting.removeFirst();
        if (newest.fill()) {
            shards.add(newest);
        }
        return next;
    }

    /// One shard and how far it was read.
    private final class Shard {
        private final int number;
        private final Deque<IndexedMedia> waiting = new ArrayDeque<>();
        private Set<String> before = new HashSet<>();
        private long read;
        private boolean ended;

        Shard(int number) {
            this.number = number;
        }

        /// @return whether something waits
        boolean fill() {
            while (waiting.isEmpty() && !ended) {
                List<String> piece = ids.apply(number, read);
                read += piece.size();
                ended = piece.size() < PIECE;
                // new uploads push what was read into the next piece
                List<String> fresh = new ArrayList<>(piece);
                fresh.removeAll(before);
                before = new HashSet<>(piece);
                waiting.addAll(media.apply(number, fresh));
            }
            return !waiting.isEmpty();
        }
    }
}
