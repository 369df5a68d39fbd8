package dev.clipstream.index.redis;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.index.IndexDescription;
import dev.clipstream.index.IndexHealth;
import dev.clipstream.index.IndexMissingException;
import dev.clipstream.index.IndexName;
import dev.clipstream.index.MediaIndex;
import dev.clipstream.index.MediaIndexes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The indexes of one Redis, in any engine. Safe for use by many threads.
///
/// The meta hash of an index is written last, so an index that is found is whole. An index that has lost a part
/// counts as missing, and [#open] creates it again. [#open] may be called on a schedule: it does not change a whole
/// index.
///
/// @param <P> parameters of the engine
public final class RedisIndexes<P> implements MediaIndexes {
    private final RedisSettings settings;
    private final RedisConnections redis;
    private final Catalogue catalogue;
    private final IndexEngine<P> engine;

    /// @param redis closed with this store
    public RedisIndexes(RedisSettings settings, RedisConnections redis, IndexEngine<P> engine) {
        this.settings = settings;
        this.redis = redis;
        this.catalogue = new Catalogue(redis, settings.prefix());
        this.engine = engine;
    }

    private record Keys(String prefix, String name) implements IndexKeys {}

    private IndexKeys keys(String name) {
        return new Keys(settings.prefix(), name);
    }

    @Override
    public String kind() {
        return engine.kind();
    }

    @Override
    public List<IndexDescription> list() {
        return catalogue.names().stream()
                .flatMap(name -> byName(name).stream())
                .flatMap(RedisIndexes::described)
                .toList();
    }

    /// An index may be lost between the two steps.
    private static Stream<IndexDescription> described(MediaIndex index) {
        try {
            return Stream.of(index.describe());
        } catch (IndexMissingException e) {
            return Stream.empty();
        }
    }

    @Override
    public synchronized MediaIndex open(ModelIdentity model) {
        redis.evictions().check();
        IndexKeys keys = keys(IndexName.of(model));
        if (settings.replay()) {
            catalogue.noteServers(keys.meta());
        }
        return repaired(keys).orElseGet(() -> create(keys, model));
    }

    private Optional<MediaIndex> repaired(IndexKeys keys) {
        return read(keys.name()).filter(engine::repair).map(this::opened);
    }

    /// Creates an index under its lock. Another instance may just have created it.
    private MediaIndex create(IndexKeys keys, ModelIdentity model) {
        requireOurs(keys);
        return catalogue.locked(
                keys.name(), keys.lock(), lock -> repaired(keys).orElseGet(() -> create(keys, model, lock)));
    }

    private MediaIndex create(IndexKeys keys, ModelIdentity model, Catalogue.Lock lock) {
        remove(keys.name());
        IndexMeta<P> meta = new IndexMeta<>(keys.name(), model, lock.id(), engine.parameters(), IndexState.NEW);
        lock.requireHeld();
        engine.create(meta);
        lock.requireHeld();
        Map<String, String> fields = new LinkedHashMap<>(meta.toFields());
        fields.putAll(engine.fields(meta));
        fields.putAll(IndexState.fieldsOfNew(redis.servers()));
        redis.execute(jedis -> jedis.hset(keys.meta(), fields));
        catalogue.add(keys.name());
        return opened(meta);
    }

    private void remove(String name) {
        engine.remove(name, read(name).map(IndexMeta::parameters));
    }

    /// An index of another engine has other keys, which this one would neither find nor remove.
    private void requireOurs(IndexKeys keys) {
        Map<String, String> fields = redis.execute(jedis -> jedis.hgetAll(keys.meta()));
        if (!fields.isEmpty() && !engine.owns(fields)) {
            throw new IllegalArgumentException("Expected no index " + keys.name() + ", or one of the kind " + kind()
                    + ", found one of another kind. Drop it with index.engine set to its kind, or set another"
                    + " index.prefix");
        }
    }

    @Override
    public Optional<MediaIndex> find(ModelIdentity model) {
        return byName(IndexName.of(model));
    }

    @Override
    public Optional<MediaIndex> live() {
        return liveName().flatMap(this::byName);
    }

    @Override
    public Optional<String> liveName() {
        return catalogue.live();
    }

    @Override
    public void switchTo(String name) {
        if (read(name).isEmpty()) {
            throw catalogue.missing(name);
        }
        catalogue.switchTo(name);
    }

    @Override
    public synchronized void drop(String name) {
        if (!catalogue.names().contains(name) && read(name).isEmpty()) {
            throw catalogue.missing(name);
        }
        IndexKeys keys = keys(name);
        requireOurs(keys);
        catalogue.requireNotLive(name);
        var _ = catalogue.locked(name, keys.lock(), lock -> {
            remove(name);
            lock.requireHeld();
            catalogue.remove(name); // last: a drop that was cut short can be done again
            return name;
        });
    }

    @Override
    public IndexHealth health() {
        return new RedisHealth(redis, settings.prefix(), engine).check();
    }

    @Override
    public void close() {
        redis.close();
    }

    private Optional<MediaIndex> byName(String name) {
        return read(name).filter(engine::isWhole).map(this::opened);
    }

    private MediaIndex opened(IndexMeta<P> meta) {
        return engine.open(new IndexEntry<>(this, meta));
    }

    /// Reads what an index is; empty if it is missing, or of another engine.
    Optional<IndexMeta<P>> read(String name) {
        Map<String, String> fields =
                redis.execute(jedis -> jedis.hgetAll(keys(name).meta()));
        return IndexMeta.of(name, fields, engine.parameters(fields));
    }

    boolean isLive(String name) {
        return catalogue.isLive(name);
    }

    boolean markFilled(IndexMeta<P> meta) {
        return catalogue.markFilled(keys(meta.name()).meta(), meta.born(), meta.state());
    }
}
