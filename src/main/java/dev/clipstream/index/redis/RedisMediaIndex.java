package dev.clipstream.index.redis;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.index.IndexDescription;
import dev.clipstream.index.MediaHit;
import dev.clipstream.index.MediaIndex;
import dev.clipstream.index.MediaWrite;
import dev.clipstream.index.NearestQuery;
import dev.clipstream.index.WriteOutcome;
import dev.clipstream.index.rules.DimensionCheck;
import java.util.List;
import java.util.Map;

/// The media of one model in Redis: what is the same in every engine. An engine extends it with its searches and
/// writes.
///
/// @param <P> parameters of the engine
public abstract class RedisMediaIndex<P> implements MediaIndex {
    private final IndexEntry<P> entry;
    private final DimensionCheck dimension;

    /// @param entry the index as it was found
    protected RedisMediaIndex(IndexEntry<P> entry) {
        this.entry = entry;
        this.dimension = new DimensionCheck(entry.meta().name(), entry.meta().model());
    }

    @Override
    public final ModelIdentity model() {
        return entry.meta().model();
    }

    @Override
    public final List<WriteOutcome> write(List<MediaWrite> batch) {
        dimension.check(batch);
        return batch.isEmpty() ? List.of() : writeChecked(batch);
    }

    /// Writes a batch that is not empty, of vectors of the right dimension.
    protected abstract List<WriteOutcome> writeChecked(List<MediaWrite> batch);

    @Override
    public final List<MediaHit> nearest(NearestQuery query) {
        dimension.check(query.vector());
        return nearestChecked(query);
    }

    /// Finds the media nearest to a vector of the right dimension.
    protected abstract List<MediaHit> nearestChecked(NearestQuery query);

    /// What an index holds, and how.
    ///
    /// @param media    how many media it holds
    /// @param failures media that the engine could not index
    /// @param settings how it is kept, for people
    public record Contents(long media, long failures, Map<String, String> settings) {}

    /// Describes what the index holds now.
    protected abstract Contents contents();

    @Override
    public final IndexDescription describe() {
        IndexState state = entry.state();
        Contents contents = contents();
        return new IndexDescription(
                entry.meta().name(),
                model(),
                entry.isLive(),
                contents.media(),
                entry.meta().born(),
                entry.kind(),
                contents.settings(),
                state.filling(),
                state.generation(),
                contents.failures());
    }

    @Override
    public final boolean isFilling() {
        return entry.meta().state().filling();
    }

    @Override
    public final boolean markFilled() {
        return entry.markFilled();
    }
}
