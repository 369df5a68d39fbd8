package dev.clipstream.search;

import dev.clipstream.clip.Embedding;
import dev.clipstream.index.IndexedMedia;
import dev.clipstream.index.MediaFilter;
import dev.clipstream.index.MediaHit;
import dev.clipstream.index.MediaIndex;
import dev.clipstream.index.NearestQuery;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds groups of near-duplicates: media with almost equal vectors.
///
/// Searches the neighbours of each of the newest media. Two media whose cosine reaches the threshold belong to
/// the same group, and so do media that are connected through others. Not thread-safe.
public final class Duplicates {
    /// Neighbours to search per medium. Larger groups are found through the neighbours of their members.
    private static final int NEIGHBOURS = 50;

    private final MediaIndex index;
    private final Map<String, String> parents = new HashMap<>();
    private final Map<String, IndexedMedia> known = new HashMap<>();
    private final Map<String, Double> nearest = new HashMap<>();

    Duplicates(MediaIndex index) {
        this.index = index;
    }

    /// A group of near-duplicates.
    ///
    /// @param cosine the smallest cosine of the pairs that connect the group
    /// @param media  at least two media, newest first
    public record Group(double cosine, List<IndexedMedia> media) {}

    /// The result.
    ///
    /// @param groups   the groups, largest first
    /// @param examined the number of media whose neighbours were searched
    /// @param complete whether these were all media that the filter matches
    public record Found(List<Group> groups, int examined, boolean complete) {}

    /// Returns the groups among the newest media, largest first.
    ///
    /// @param filter  the media to consider
    /// @param cosine  the smallest cosine of two near-duplicates, -1 to 1
    /// @param examine the largest number of media whose neighbours are searched, at least 1
    Found find(MediaFilter filter, double cosine, int examine) {
        List<IndexedMedia> examined = index.newest(filter, 0, examine);
        for (IndexedMedia media : examined) {
            Optional<Embedding> vector = index.vector(media.mediaId());
            if (vector.isPresent()) {
                connect(media, vector.get(), filter, cosine);
            }
        }
        Map<String, List<IndexedMedia>> groups = new LinkedHashMap<>();
        known.values().stream()
                .sorted(Comparator.comparing((IndexedMedia one) -> one.details().uploadedAt())
                        .reversed()
                        .thenComparing(IndexedMedia::mediaId))
                .forEach(one -> groups.computeIfAbsent(root(one.mediaId()), root -> new ArrayList<>())
                        .add(one));
        List<Group> found = groups.entrySet().stream()
                .filter(group -> group.getValue().size() > 1)
                .map(group -> new Group(nearest.getOrDefault(group.getKey(), cosine), group.getValue()))
                .sorted(Comparator.comparingInt((Group group) -> group.media().size())
                        .reversed()
                        .thenComparing(group -> group.media().getFirst().mediaId()))
                .toList();
        return new Found(found, examined.size(), index.count(filter) <= examined.size());
    }

    private void connect(IndexedMedia media, Embedding vector, MediaFilter filter, double cosine) {
        known.put(media.mediaId(), media);
        NearestQuery query =
                NearestQuery.of(vector, NEIGHBOURS).withFilter(filter).withMinCosine(cosine);
        for (MediaHit hit : index.nearest(query)) {
            known.putIfAbsent(hit.media().mediaId(), hit.media());
            if (!hit.media().mediaId().equals(media.mediaId())) {
                join(media.mediaId(), hit.media().mediaId(), hit.cosine());
            }
        }
    }

    private void join(String one, String other, double cosine) {
        String first = root(one);
        String second = root(other);
        double least = Math.min(cosine, Math.min(nearest.getOrDefault(first, 1.0), nearest.getOrDefault(second, 1.0)));
        if (!first.equals(second)) {
            parents.put(second, first);
        }
        nearest.put(first, least);
    }

    private String root(String mediaId) {
        String at = mediaId;
        for (String parent = parents.get(at); parent != null; parent = parents.get(at)) {
            String above = parents.get(parent);
            if (above != null) {
                parents.put(at, above); // path halving
            }
            at = parent;
        }
        return at;
    }
}
