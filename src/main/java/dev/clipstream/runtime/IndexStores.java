package dev.clipstream.runtime;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.index.BareClient;
import dev.clipstream.index.IndexHealth;
import dev.clipstream.index.LuceneIndexes;
import dev.clipstream.index.MediaIndexes;
import dev.clipstream.index.QueryBareClient;
import dev.clipstream.index.RedisIndexes;
import dev.clipstream.index.RedisSettings;
import dev.clipstream.index.VectorSetBareClient;
import dev.clipstream.runtime.settings.IndexKind;
import dev.clipstream.runtime.settings.IndexSettings;
import dev.clipstream.runtime.settings.SettingException;
import dev.clipstream.runtime.settings.Settings;
import dev.clipstream.runtime.settings.StartException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;

/// Opens what the settings say about the media index.
public final class IndexStores {
    private IndexStores() {}

    /// Reads where an index is.
    ///
    /// @param properties full names, such as `clipstream.index.url`
    /// @throws SettingException if a value is none of its setting
    public static IndexSettings settings(Map<String, String> properties) throws SettingException {
        try {
            return Settings.of(properties).index();
        } catch (BindException e) {
            throw SettingException.of(e);
        }
    }

    /// Opens a store to read and write. A Redis that is away is no error yet.
    ///
    /// @throws SettingException if the settings name none, or contradict each other
    public static MediaIndexes open(IndexSettings settings, Clock clock) throws SettingException {
        if (isRedis(settings)) {
            return redis(settings);
        }
        return settings.path().isEmpty()
                ? LuceneIndexes.inMemory(clock)
                : LuceneIndexes.at(Path.of(settings.path()), clock);
    }

    /// Asks whether an index could be filled now, before something waits for it.
    ///
    /// @throws SettingException if the settings name none, or contradict each other
    /// @throws StartException   if it can be read and no more
    /// @throws dev.clipstream.index.IndexUnavailableException if it is away
    public static void requireWritable(IndexSettings settings, Clock clock) throws StartException {
        try (MediaIndexes store = open(settings, clock)) {
            store.list();
            IndexHealth health = store.health();
            if (health.state() != IndexHealth.State.UP) {
                throw new StartException(health.message());
            }
        }
    }

    /// Opens a store to make an index in it.
    ///
    /// @throws SettingException if the settings name none that another process could see
    public static MediaIndexes openToCreate(IndexSettings settings, Clock clock) throws SettingException {
        if (!isRedis(settings)) {
            requireFolder(settings);
        }
        return open(settings, clock);
    }

    /// Opens a store that another process may have open to write.
    ///
    /// @throws SettingException if the settings name none that another process could see
    public static MediaIndexes openToRead(IndexSettings settings, Clock clock) throws SettingException {
        if (isRedis(settings)) {
            return redis(settings);
        }
        requireFolder(settings);
        return LuceneIndexes.readOnly(Path.of(settings.path()), clock);
    }

    private static void requireFolder(IndexSettings settings) throws SettingException {
        if (settings.path().isEmpty()) {
            throw new SettingException(
                    "index.url or index.path was expected, found neither: an index in memory is only seen by its own"
                            + " process");
        }
    }

    private static boolean isRedis(IndexSettings settings) throws SettingException {
        if (settings.kind() == IndexKind.NONE) {
            throw new SettingException(
                    "An index was expected, found index.kind=none: set index.kind to auto, embedded or redis");
        }
        if (settings.isRedis() && settings.url().isEmpty()) {
            throw new SettingException("The setting index.url is needed by index.kind=redis, such as"
                    + " index.url=redis://localhost:6379");
        }
        return settings.isRedis();
    }

    /// A client without our rules of the server that keeps a store, to measure it against.
    ///
    /// @param store opened with these settings, whose prefix is nobody else's
    /// @return empty: it is in this process
    /// @throws SettingException if the settings are refused
    public static Optional<BareClient> bareClient(IndexSettings settings, MediaIndexes store, ModelIdentity model)
            throws SettingException {
        return switch (store.kind()) {
            case "vector-sets" -> Optional.of(VectorSetBareClient.at(redisSettings(settings), model));
            case "query-engine" -> Optional.of(QueryBareClient.at(redisSettings(settings), model));
            default -> Optional.empty();
        };
    }

    private static MediaIndexes redis(IndexSettings settings) throws SettingException {
        return RedisIndexes.at(redisSettings(settings));
    }

    private static RedisSettings redisSettings(IndexSettings settings) throws SettingException {
        try {
            return new RedisSettings(
                    settings.url(),
                    emptyToNull(settings.user()),
                    emptyToNull(settings.password()),
                    settings.prefix(),
                    settings.connectTimeout(),
                    settings.timeout(),
                    settings.connections(),
                    settings.shards(),
                    settings.quantization(),
                    settings.m(),
                    settings.efConstruction(),
                    settings.tombstones(),
                    settings.engine(),
                    settings.vectorType(),
                    settings.efRuntime(),
                    settings.replay());
        } catch (IllegalArgumentException e) {
            throw new SettingException("The settings index.* are refused: " + e.getMessage(), e);
        }
    }

    private static @Nullable String emptyToNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
