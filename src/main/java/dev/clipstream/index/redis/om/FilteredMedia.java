package dev.clipstream.index.redis.om;

import com.redis.om.spring.search.stream.EntityStream;
import dev.clipstream.index.MediaFilter;
import dev.clipstream.index.redis.query.FilterText;
import java.util.List;
import java.util.stream.Collectors;

/// Reads the media of one index that a filter keeps.
///
/// The library's own `@Query` puts its parameters into the text as they are, so the text comes from [FilterText].
public final class FilteredMedia {
    private static final int DIALECT = 2;

    private final EntityStream media;

    FilteredMedia(EntityStream media) {
        this.media = media;
    }

    /// Media in no order.
    ///
    /// @param offset media to skip, from 0
    /// @param limit  most media to give, at least 1
    public List<MediaDocument> find(MediaFilter filter, int offset, int limit) {
        return media.of(MediaDocument.class)
                .filter(FilterText.of(filter))
                .dialect(DIALECT)
                .skip(offset)
                .limit(limit)
                .collect(Collectors.toList());
    }
}
