package dev.clipstream.index.redis.detection;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.index.IndexDescription;
import dev.clipstream.index.IndexHealth;
import dev.clipstream.index.IndexUnavailableException;
import dev.clipstream.index.MediaIndex;
import dev.clipstream.index.MediaIndexes;
import dev.clipstream.index.redis.RedisConnections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The indexes in the engine that a Redis has. The first call that needs the engine detects it, so the server need
/// not be up before. The engine is kept until this store is closed.
final class DetectedIndexes implements MediaIndexes {
    private final RedisConnections redis;
    private final Function<RedisConnections, MediaIndexes> detection;
    private volatile @Nullable MediaIndexes detected;

    /// @param redis     closed with this store
    /// @param detection opens the store in the engine that the server has
    DetectedIndexes(RedisConnections redis, Function<RedisConnections, MediaIndexes> detection) {
        this.redis = redis;
        this.detection = detection;
    }

    private MediaIndexes detected() {
        MediaIndexes known = detected;
        if (known == null) {
            known = detection.apply(redis);
            detected = known;
        }
        return known;
    }

    /// `redis` until the engine is detected.
    @Override
    public String kind() {
        MediaIndexes known = detected;
        return known == null ? "redis" : known.kind();
    }

    @Override
    public List<IndexDescription> list() {
        return detected().list();
    }

    @Override
    public MediaIndex open(ModelIdentity model) {
        return detected().open(model);
    }

    @Override
    public Optional<MediaIndex> find(ModelIdentity model) {
        return detected().find(model);
    }

    @Override
    public Optional<MediaIndex> live() {
        return detected().live();
    }

    @Override
    public Optional<String> liveName() {
        return detected().liveName();
    }

    @Override
    public void switchTo(String name) {
        detected().switchTo(name);
    }

    @Override
    public void drop(String name) {
        detected().drop(name);
    }

    @Override
    public IndexHealth health() {
        try {
            return detected().health();
        } catch (IndexUnavailableException e) {
            return new IndexHealth(IndexHealth.State.DOWN, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        redis.close();
    }
}
