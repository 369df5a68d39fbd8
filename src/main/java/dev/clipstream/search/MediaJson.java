package dev.clipstream.search;

import dev.clipstream.index.IndexedMedia;
import dev.clipstream.index.MediaDetails;
import dev.clipstream.index.MediaHit;
import dev.clipstream.index.TagSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Media as JSON objects: the same for the service and for the commands.
public final class MediaJson {
    private MediaJson() {}

    /// A result: a medium with the cosine of its vector and the query's.
    public static Map<String, @Nullable Object> of(MediaHit hit) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("mediaId", hit.media().mediaId());
        members.put("cosine", hit.cosine());
        members.putAll(of(hit.media()));
        return members;
    }

    /// A result with what its cosine means for the model: the share of unrelated pairs that are less near, in percent.
    public static Map<String, @Nullable Object> of(MediaHit hit, double percentile) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("mediaId", hit.media().mediaId());
        members.put("cosine", hit.cosine());
        members.put("percentile", percentile);
        members.putAll(of(hit.media()));
        return members;
    }

    /// A medium. Its tags are best first; without any it was not tagged yet, or no label reached its threshold: then
    /// `labelSet` tells which.
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
        members.put("tags", media.tags().map(TagSet::tags).orElse(List.of()));
        return members;
    }
}
