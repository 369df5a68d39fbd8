package dev.clipstream.index.lucene;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Where Lucene keeps indexes.
///
/// @param folder     parent of one folder for each index; null for indexes in memory, which only this process sees
/// @param tombstones how long deletions are remembered: longer than topics are ever replayed
public record LuceneSettings(@Nullable Path folder, Duration tombstones) {
    /// The default of `index.tombstones`.
    static final Duration DEFAULT_TOMBSTONES = Duration.ofDays(7);

    public LuceneSettings {
        if (!tombstones.isPositive()) {
            throw new IllegalArgumentException("index.tombstones: Expected a duration above 0, found " + tombstones);
        }
    }
}
