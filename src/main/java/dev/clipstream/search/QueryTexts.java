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

/// Texts of queries to vectors. People ask the same again and again: the vectors of the last texts are kept.
///
/// As many texts are encoded at once as there are processors. Safe for use by many threads.
public final class QueryTexts {
    private static final int PIECE = 32;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final TextEncoder encoder;
    private final Cache<String, Embedding> known;
    private final ConcurrencyLimit limit =
            new ConcurrencyLimit(Runtime.getRuntime().availableProcessors(), PATIENCE, "encode a text");
    private final Timer timer;

    /// @param model     whose index is asked
    /// @param encoder   of the model
    /// @param mostKnown texts whose vectors are kept, from 0
    /// @param meters    get `clipstream.search.text` (encoding) and `cache.*` (`search-texts`), by model
    public QueryTexts(ModelIdentity model, TextEncoder encoder, int mostKnown, MeterRegistry meters) {
        this.encoder = encoder;
        this.known = Caffeine.newBuilder().maximumSize(mostKnown).recordStats().build();
        CaffeineCacheMetrics.monitor(meters, known, "search-texts", "model", model.id());
        this.timer = Timer.builder("clipstream.search.text")
                .description("Encoding the texts of a query that were not known")
                .tag("model", model.id())
                .publishPercentiles(0.5, 0.99)
                .register(meters);
    }

    /// The vectors of texts.
    ///
    /// @return one for each text
    Map<String, Embedding> embed(Set<String> texts) {
        return known.getAll(texts, unknown -> encode(List.copyOf(unknown)));
    }

    /// The vectors of texts that will hardly come again: those of queries stay known. Between pieces others have their
    /// turn.
    ///
    /// @return one for each text, in their order
    List<Embedding> encodeOnce(List<String> texts) {
        List<Embedding> vectors = new ArrayList<>();
        for (int from = 0; from < texts.size(); from += PIECE) {
            List<String> piece = texts.subList(from, Math.min(from + PIECE, texts.size()));
            Map<String, Embedding> byText = encode(piece);
            piece.forEach(text -> vectors.add(byText.get(text)));
        }
        return vectors;
    }

    private Map<String, Embedding> encode(List<String> texts) {
        List<Embedding> vectors = new ArrayList<>();
        try (ConcurrencyLimit.Permit _ = limit.acquire()) {
            timer.record(() -> vectors.addAll(encoder.encode(texts)));
        } catch (TextEncodingException e) {
            throw new SearchException(
                    Kind.MODEL_FAILED,
                    "a vector for each of " + texts,
                    String.valueOf(e.getMessage()),
                    "look at the model with clipstream model check");
        }
        Map<String, Embedding> byText = new HashMap<>();
        for (int i = 0; i < texts.size(); i++) {
            byText.put(texts.get(i), vectors.get(i));
        }
        return byText;
    }
}
