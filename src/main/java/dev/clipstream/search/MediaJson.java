package dev.clipstream.search;

import dev.clipstream.index.IndexedMedia;
import dev.clipstream.index.MediaDetails;
import dev.clipstream.index.MediaHit;
import dev.clipstream.index.TagSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Converts media to JSON objects, for both the HTTP API and the commands.
public final class MediaJson {
    private MediaJson() {}

    /// Returns a result: a medium with the cosine of its vector and the vector of the query.
    public static Map<String, @Nullable Object> of(MediaHit hit) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("mediaId", hit.media().mediaId());
        members.put("cosine", hit.cosine());
        members.putAll(of(hit.media()));
        return members;
    }

    /// Returns a result with its percentile: the percentage of unrelated pairs with a smaller cosine.
    public static Map<String, @Nullable Object> of(MediaHit hit, double percentile) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("mediaId", hit.media().mediaId());
        members.put("cosine", hit.cosine());
        members.put("percentile", percentile);
        members.putAll(of(hit.media()));
        return members;
    }

    /// Returns a medium, its tags best first. A medium without tags is not tagged yet (`labelSet` is null), or no
    /// label reached its threshold.
    public static Map<String, @Nullable Object> of(IndexedMedia media) {
        MediaDetails details = media.details();
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("mediaId", media.mediaId());
        members.put("uri", details.uri());
        members.put("contentType", details.contentType());
        members.put("width", details.width());
        members.put("height", details.height());
        members.put("uploadedAt", details.uploadedAt().toString());
        members.put("attributes", details.attributes());
        members.put("labelSet", media.tags().map(TagSet::labelSet).orElse(null));
        members.put("labelSetVersion", media.tags().map(TagSet::version).orElse(null));
        members.put("labelSets", media.tags().map(TagSet::labelSets).orElse(Map.of()));
        members.put("tags", media.tags().map(TagSet::tags).orElse(List.of()));
        return members;
    }
}
