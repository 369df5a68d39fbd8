package dev.clipstream.runtime.pipeline;

import dev.clipstream.fetch.CircuitSettings;
import dev.clipstream.fetch.FetchLimits;
import dev.clipstream.fetch.MediaFetcher;
import dev.clipstream.fetch.MediaSource;
import dev.clipstream.fetch.file.FileSettings;
import dev.clipstream.fetch.file.FileSource;
import dev.clipstream.fetch.http.HttpSettings;
import dev.clipstream.fetch.http.HttpSource;
import dev.clipstream.runtime.settings.SourceSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// The registered media sources, and the mapping of the flat settings `fetch.*` to the settings of each source.
final class MediaSources {
    /// A new source is registered here.
    private static final List<Function<SourceSettings, MediaSource>> REGISTERED =
            List.of(MediaSources::file, MediaSources::http);

    private MediaSources() {}

    /// Opens all sources and a fetcher that owns them.
    ///
    /// @param maxBytes most bytes of one medium
    /// @throws IllegalArgumentException if a setting is out of its range
    static MediaFetcher open(SourceSettings settings, long maxBytes) {
        FetchLimits limits = new FetchLimits(
                maxBytes, settings.timeout(), settings.maxAttempts(), settings.firstBackoff(), settings.maxBackoff());
        CircuitSettings circuits = new CircuitSettings(
                settings.circuitFailures(),
                settings.circuitFailingFor(),
                settings.circuitCoolDown(),
                settings.circuitMaxCoolDown());
        List<MediaSource> opened = new ArrayList<>();
        try {
            REGISTERED.forEach(source -> opened.add(source.apply(settings)));
            return new MediaFetcher(opened, limits, circuits);
        } catch (IllegalArgumentException refused) {
            opened.forEach(MediaSource::close);
            throw refused;
        }
    }

    private static MediaSource file(SourceSettings settings) {
        return new FileSource(new FileSettings(settings.allowedRoots()));
    }

    private static MediaSource http(SourceSettings settings) {
        return new HttpSource(new HttpSettings(
                settings.connectTimeout(),
                settings.readTimeout(),
                settings.timeout(),
                settings.maxRedirects(),
                settings.allowedNetworks()));
    }
}
