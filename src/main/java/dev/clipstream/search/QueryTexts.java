package dev.clipstream.search;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.clip.TextEncoder;
import dev.clipstream.clip.TextEncodingException;
import dev.clipstream.search.SearchException.Kind;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.cache.CaffeineCacheMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Embeds the texts of queries and caches the vectors, because clients repeat queries.
///
/// Encodes at most one batch per processor at the same time, small batches first. Thread-safe.
public final class QueryTexts {
    private static final int BATCH = 32;
    private static final int MAX_WAITING = 16;
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final TextEncoder encoder;
    private final Cache<String, Embedding> cache;
    private final ConcurrencyLimit limit =
            new ConcurrencyLimit(Runtime.getRuntime().availableProcessors(), MAX_WAITING, TIMEOUT, "encode a text");
    private final Timer timer;

    /// @param model     the model whose index is searched
    /// @param encoder   the text encoder of the model
    /// @param cacheSize the largest number of cached vectors, at least 0
    /// @param meters    registry for `clipstream.search.text` (encoding) and `cache.*` (`search-texts`), by model
    public QueryTexts(ModelIdentity model, TextEncoder encoder, int cacheSize, MeterRegistry meters) {
        this.encoder = encoder;
        this.cache = Caffeine.newBuilder().maximumSize(cacheSize).recordStats().build();
        CaffeineCacheMetrics.monitor(meters, cache, "search-texts", "model", model.id());
        this.timer = Timer.builder("clipstream.search.text")
                .description("Encoding the texts of a query that were not cached")
                .tag("model", model.id())
                .publishPercentiles(0.5, 0.99)
                .register(meters);
    }

    /// Returns the vectors of texts, from the cache where possible.
    ///
    /// @return one vector per text
    Map<String, Embedding> embed(Set<String> texts) {
        return cache.getAll(texts, missing -> encode(List.copyOf(missing)));
    }

    /// Returns the vectors of texts that are unlikely to be repeated, without caching them. Releases the permit
    /// between batches, so that other requests can proceed.
    ///
    /// @return one vector per text, in the same order
    List<Embedding> encodeOnce(List<String> texts) {
        List<Embedding> vectors = new ArrayList<>();
        for (int from = 0; from < texts.size(); from += BATCH) {
            List<String> batch = texts.subList(from, Math.min(from + BATCH, texts.size()));
            Map<String, Embedding> byText = encode(batch);
            batch.forEach(text -> vectors.add(byText.get(text)));
        }
        return vectors;
    }

    /// Returns whether a text is longer than the model takes.
    boolean cuts(String text) {
        return encoder.cuts(text);
    }

    private Map<String, Embedding> encode(List<String> texts) {
        List<Embedding> vectors = new ArrayList<>();
        try (ConcurrencyLimit.Permit _ = limit.acquire(texts.size())) {
            timer.record(() -> vectors.addAll(encoder.encode(texts)));
        } catch (TextEncodingException e) {
            throw new SearchException(
                    Kind.MODEL_FAILED,
                    "a vector for each of " + texts,
                    String.valueOf(e.getMessage()),
                    "check the model with clipstream model check");
        }
        Map<String, Embedding> byText = new HashMap<>();
        for (int i = 0; i < texts.size(); i++) {
            byText.put(texts.get(i), vectors.get(i));
        }
        return byText;
    }
}
