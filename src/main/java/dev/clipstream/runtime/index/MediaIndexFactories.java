package dev.clipstream.runtime.index;

import dev.clipstream.index.MediaIndexFactory;
import dev.clipstream.index.lucene.LuceneIndexFactory;
import dev.clipstream.index.lucene.LuceneSettings;
import dev.clipstream.index.redis.RedisSettings;
import dev.clipstream.index.redis.detection.RedisIndexFactory;
import dev.clipstream.index.redis.query.QueryEngineSettings;
import dev.clipstream.index.redis.vectorset.VectorSetSettings;
import dev.clipstream.runtime.settings.IndexSettings;
import dev.clipstream.runtime.settings.SettingException;
import dev.clipstream.runtime.settings.Settings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;

/// Chooses the store of the media index by the settings. The only class that knows every implementation: another one
/// needs a value of [dev.clipstream.runtime.settings.IndexKind], its settings in [IndexSettings] and a case here.
public final class MediaIndexFactories {
    private MediaIndexFactories() {}

    /// Returns the factory of the store that the settings choose.
    ///
    /// @throws SettingException if the settings choose no store, or contradict each other
    public static MediaIndexFactory of(IndexSettings settings, Clock clock) throws SettingException {
        return switch (settings.kind()) {
            case AUTO -> settings.url().isEmpty() ? lucene(settings, clock) : redis(settings);
            case EMBEDDED -> lucene(settings, clock);
            case REDIS -> redis(settings);
            case NONE ->
                throw new SettingException(
                        "index.kind: Expected a store of the media index, found none. Set it to auto, embedded or redis");
        };
    }

    /// Reads the settings and returns the factory of the store that they choose.
    ///
    /// @param properties full names, such as `clipstream.index.url`
    /// @throws SettingException if a value is not valid, or as in [#of(IndexSettings, Clock)]
    public static MediaIndexFactory of(Map<String, String> properties, Clock clock) throws SettingException {
        try {
            return of(Settings.of(properties).index(), clock);
        } catch (BindException e) {
            throw SettingException.of(e);
        }
    }

    /// As [#of(Map, Clock)], for a store that other processes open, too.
    ///
    /// @throws SettingException also if no other process sees the store
    public static MediaIndexFactory ofShared(Map<String, String> properties, Clock clock) throws SettingException {
        MediaIndexFactory factory = of(properties, clock);
        if (factory.address().isEmpty()) {
            throw new SettingException(
                    "Expected index.url or index.path (--index in commands), found neither. Set one of them, because no other process sees an"
                            + " index in memory");
        }
        return factory;
    }

    private static MediaIndexFactory lucene(IndexSettings settings, Clock clock) throws SettingException {
        Path folder = settings.path().isEmpty() ? null : Path.of(settings.path());
        try {
            return new LuceneIndexFactory(new LuceneSettings(folder, settings.tombstones()), clock);
        } catch (IllegalArgumentException e) {
            throw new SettingException(String.valueOf(e.getMessage()), e);
        }
    }

    private static MediaIndexFactory redis(IndexSettings settings) throws SettingException {
        if (settings.url().isEmpty()) {
            throw new SettingException("index.url: Expected a URL for index.kind=redis, found none. Set it, for example"
                    + " to redis://localhost:6379");
        }
        try {
            RedisSettings redis = new RedisSettings(
                    settings.url(),
                    emptyToNull(settings.user()),
                    emptyToNull(settings.password()),
                    settings.prefix(),
                    settings.connectTimeout(),
                    settings.timeout(),
                    settings.connections(),
                    settings.m(),
                    settings.efConstruction(),
                    settings.tombstones(),
                    settings.replay());
            return new RedisIndexFactory(
                    settings.engine(),
                    new QueryEngineSettings(redis, settings.vectorType(), settings.efRuntime()),
                    new VectorSetSettings(redis, settings.shards(), settings.quantization()));
        } catch (IllegalArgumentException e) {
            throw new SettingException(String.valueOf(e.getMessage()), e);
        }
    }

    private static @Nullable String emptyToNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
