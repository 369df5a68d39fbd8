package dev.clipstream.search;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.clip.TextEncoder;
import dev.clipstream.index.IndexHealth;
import dev.clipstream.index.IndexMissingException;
import dev.clipstream.index.IndexName;
import dev.clipstream.index.IndexUnavailableException;
import dev.clipstream.index.IndexedMedia;
import dev.clipstream.index.MediaFilter;
import dev.clipstream.index.MediaHit;
import dev.clipstream.index.MediaIndex;
import dev.clipstream.index.MediaIndexes;
import dev.clipstream.index.NearestQuery;
import dev.clipstream.index.TagCount;
import dev.clipstream.region.OccludedImage;
import dev.clipstream.search.QueryPart.Image;
import dev.clipstream.search.QueryPart.Input;
import dev.clipstream.search.QueryPart.Medium;
import dev.clipstream.search.QueryPart.Text;
import dev.clipstream.search.QueryPart.Vector;
import dev.clipstream.search.SearchException.Kind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Searches the index of one model, whose encoders also embed the queries.
///
/// Thread-safe. Owns neither the index nor the encoders. [#close] waits for running searches, so that the owner
/// can close both afterwards. Every method throws [SearchException].
public final class MediaSearch implements AutoCloseable {
    /// A sum of unit vectors that is shorter than this is the rounding error of parts that cancel each other out.
    private static final double MIN_LENGTH = 1e-4;

    private static final Duration DUPLICATES_TIMEOUT = Duration.ofSeconds(5);

    private static final int MAX_WAITING_DUPLICATES = 3;

    private static final Pattern EXPECTED_FOUND = Pattern.compile("Expected (.*?), found:? (.*?)\\.?", Pattern.DOTALL);

    private final ModelIdentity model;
    private final MediaIndexes indexes;
    private final QueryTexts texts;
    private final QueryPictures pictures;
    // searches hold the read lock; close waits for them
    private final ReadWriteLock lock = new ReentrantReadWriteLock(true);
    private final ConcurrencyLimit duplicateSearches =
            new ConcurrencyLimit(1, MAX_WAITING_DUPLICATES, DUPLICATES_TIMEOUT, "search for near-duplicates");
    private boolean closed;
    // cached, because finding the index costs two round trips; an index that was dropped throws IndexMissingException
    private volatile @Nullable MediaIndex known;

    /// @param model the model whose index is searched; `texts` and `pictures` use its encoders
    public MediaSearch(ModelIdentity model, MediaIndexes indexes, QueryTexts texts, QueryPictures pictures) {
        this.model = model;
        this.indexes = indexes;
        this.texts = texts;
        this.pictures = pictures;
    }

    /// Returns the model whose index is searched.
    public ModelIdentity model() {
        return model;
    }

    /// Returns the media nearest to a query, best first, without those that the query names.
    public List<MediaHit> nearest(SearchQuery query) {
        return search(index -> {
            Page page = query.page();
            Set<String> named = query.named();
            NearestQuery nearest = new NearestQuery(
                    vector(query.parts(), index),
                    query.filter(),
                    named.isEmpty() ? page.offset() : 0,
                    named.isEmpty() ? page.k() : page.offset() + page.k() + named.size(),
                    page.effort(),
                    page.minCosine());
            List<MediaHit> hits = index.nearest(nearest);
            return named.isEmpty()
                    ? hits
                    : hits.stream()
                            .filter(hit -> !named.contains(hit.media().mediaId()))
                            .skip(page.offset())
                            .limit(page.k())
                            .toList();
        });
    }

    /// Returns the newest media, in descending order of upload time.
    public List<IndexedMedia> newest(MediaFilter filter, Page page) {
        return search(index -> index.newest(filter, page.offset(), page.k()));
    }

    /// Returns the oldest media, in the reverse order of [#newest].
    public List<IndexedMedia> oldest(MediaFilter filter, Page page) {
        return search(index -> index.oldest(filter, page.offset(), page.k()));
    }

    /// Returns the vectors of the newest media.
    ///
    /// @param limit the largest number of vectors, at least 1
    List<Embedding> sample(int limit) {
        return search(index -> index.newest(MediaFilter.ALL, 0, limit).stream()
                .flatMap(one -> index.vector(one.mediaId()).stream())
                .toList());
    }

    /// A medium and its vector.
    record SampledMedium(String mediaId, Embedding vector) {}

    /// Returns the newest media with their vectors.
    ///
    /// @param limit the largest number of media, at least 1
    List<SampledMedium> sampleMedia(int limit) {
        return search(index -> index.newest(MediaFilter.ALL, 0, limit).stream()
                .flatMap(one ->
                        index.vector(one.mediaId()).stream().map(vector -> new SampledMedium(one.mediaId(), vector)))
                .toList());
    }

    /// Returns one medium.
    public IndexedMedia medium(String mediaId) {
        return search(index -> index.get(mediaId).orElseThrow(() -> noMedium(mediaId)));
    }

    /// Returns the number of media per tag, among those that match a filter, in descending order.
    ///
    /// @param limit the largest number of tags, at least 1
    public List<TagCount> tagCounts(MediaFilter filter, int limit) {
        return search(index -> index.tagCounts(filter, limit));
    }

    /// Returns the number of media that match a filter.
    public long count(MediaFilter filter) {
        return search(index -> index.count(filter));
    }

    /// Returns the vector of one input.
    public Embedding vector(Input input) {
        return search(index -> vector(List.of(new QueryPart(input, 1)), index));
    }

    /// Returns the vectors of a stored image and of its covered copies. The caller limits how many are computed at the
    /// same time: each costs the device 50 images.
    public OccludedImage occlude(byte[] encoded) {
        return whileOpen(() -> pictures.occlude(encoded));
    }

    /// Returns the texts of a query that are longer than the model takes, so that the search ignores their ends.
    public List<String> cutTexts(SearchQuery query) {
        return query.parts().stream()
                .map(QueryPart::input)
                .filter(Text.class::isInstance)
                .map(input -> ((Text) input).text())
                .filter(encoder()::cuts)
                .toList();
    }

    /// Returns an encoder of texts that are unlikely to be repeated, whose vectors are not cached.
    TextEncoder encoder() {
        return new TextEncoder() {
            @Override
            public List<Embedding> encode(List<String> all) {
                return whileOpen(() -> texts.encodeOnce(all));
            }

            @Override
            public boolean cuts(String text) {
                return whileOpen(() -> texts.cuts(text));
            }
        };
    }

    /// Runs work that needs the model, and keeps the model open meanwhile.
    <T> T whileOpen(Supplier<T> work) {
        lock.readLock().lock();
        try {
            if (closed) {
                throw unavailable("a running instance", "one that is stopping");
            }
            return work.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    /// Returns the groups of near-duplicates among the newest media. Runs one such search at a time.
    public Duplicates.Found duplicates(MediaFilter filter, double cosine, int examine) {
        try (ConcurrencyLimit.Permit _ = duplicateSearches.acquire()) {
            return search(index -> new Duplicates(index).find(filter, cosine, examine));
        }
    }

    private Embedding vector(List<QueryPart> parts, MediaIndex index) {
        Map<String, Embedding> ofTexts = texts.embed(parts.stream()
                .map(QueryPart::input)
                .filter(Text.class::isInstance)
                .map(input -> ((Text) input).text())
                .collect(Collectors.toSet()));
        double[] sum = new double[model.dimension()];
        for (QueryPart part : parts) {
            Embedding vector = switch (part.input()) {
                case Text text -> ofTexts.get(text.text());
                case Medium medium -> index.vector(medium.mediaId()).orElseThrow(() -> noMedium(medium.mediaId()));
                case Image image -> pictures.embed(image.encoded());
                case Vector given -> given.vector();
            };
            if (vector == null || vector.dimension() != sum.length) {
                throw SearchException.badQuery(
                        "a vector of dimension " + sum.length + " of model " + model.id(),
                        vector == null ? "none" : "dimension " + vector.dimension(),
                        "embed the input with that model");
            }
            float[] values = vector.toArray();
            for (int i = 0; i < sum.length; i++) {
                sum[i] += part.weight() * values[i];
            }
        }
        return direction(
                sum,
                parts.stream()
                        .mapToDouble(part -> Math.abs(part.weight()))
                        .max()
                        .orElse(1));
    }

    /// @param heaviest the largest absolute weight, which scales the sum before its length is checked
    private static Embedding direction(double[] sum, double heaviest) {
        double squares = 0;
        float[] scaled = new float[sum.length];
        for (int i = 0; i < sum.length; i++) {
            double value = sum[i] / heaviest;
            squares += value * value;
            scaled[i] = (float) value;
        }
        if (Math.sqrt(squares) < MIN_LENGTH) {
            throw SearchException.badQuery(
                    "parts that add up to a direction",
                    "parts that cancel each other out",
                    "change a weight or leave a part out");
        }
        return Embedding.normalize(scaled);
    }

    private <T> T search(Function<MediaIndex, T> operation) {
        return whileOpen(() -> withIndex(operation));
    }

    private <T> T withIndex(Function<MediaIndex, T> operation) {
        try {
            MediaIndex index = known;
            if (index != null) {
                try {
                    return operation.apply(index);
                } catch (IndexMissingException e) {
                    known = null; // it may have been recreated
                }
            }
            return operation.apply(found());
        } catch (IndexUnavailableException e) {
            throw unavailable(e);
        } catch (IndexMissingException e) {
            throw unavailable("the index " + IndexName.of(model), "that it was lost and is being refilled");
        }
    }

    /// Finds the index and checks that it is complete.
    private MediaIndex found() {
        MediaIndex index = indexes.find(model)
                .orElseThrow(() -> unavailable("the index " + IndexName.of(model), "that it does not exist yet"));
        if (index.isFilling()) {
            IndexHealth health = indexes.health();
            if (health.state() != IndexHealth.State.UP) {
                throw unavailable(
                        "the complete index " + IndexName.of(model), "that it cannot be filled: " + health.message());
            }
            throw unavailable(
                    "the complete index " + IndexName.of(model),
                    "that it is still being filled and holds " + index.count(MediaFilter.ALL) + " media so far");
        }
        known = index;
        return index;
    }

    /// Keeps what the index expected and found, instead of a sentence within a sentence.
    private static SearchException unavailable(IndexUnavailableException e) {
        String message = String.valueOf(e.getMessage());
        Matcher sentence = EXPECTED_FOUND.matcher(message);
        return sentence.matches()
                ? unavailable(sentence.group(1), sentence.group(2))
                : unavailable("the media index to be available", message);
    }

    private static SearchException unavailable(String expected, String found) {
        return new SearchException(
                Kind.UNAVAILABLE, expected, found, "try again in a few seconds; /v1/state shows the status");
    }

    private static SearchException noMedium(String mediaId) {
        return new SearchException(
                Kind.NO_MEDIUM,
                "a medium '" + mediaId + "' in the index",
                "none",
                "check that it was uploaded and not rejected (topic media.rejected)");
    }

    /// Waits for running searches and refuses further ones.
    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            closed = true;
        } finally {
            lock.writeLock().unlock();
        }
    }
}
