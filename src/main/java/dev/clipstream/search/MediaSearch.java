package dev.clipstream.search;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
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
import dev.clipstream.search.QueryPart.Likeness;
import dev.clipstream.search.QueryPart.Medium;
import dev.clipstream.search.QueryPart.Picture;
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
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Lookups in the index of one model, whose towers also make the queries' vectors.
///
/// Safe for use by many threads. Owns neither the index nor what embeds; closing waits for the lookups that run,
/// so that both may go afterwards. Every method throws [SearchException].
public final class MediaSearch implements AutoCloseable {
    /// A sum shorter than this, by parts of length 1, is what rounding left of parts that cancel out.
    private static final double LEAST_LENGTH = 1e-4;

    private static final Duration COMPARING_PATIENCE = Duration.ofSeconds(5);

    private final ModelIdentity model;
    private final MediaIndexes indexes;
    private final QueryTexts texts;
    private final QueryPictures pictures;
    // lookups share it, closing waits for them
    private final ReadWriteLock lock = new ReentrantReadWriteLock(true);
    private final ConcurrencyLimit comparing = new ConcurrencyLimit(1, COMPARING_PATIENCE, "look for near-copies");
    private boolean closed;
    // to find it costs two round trips; it says itself when it is not there any more
    private volatile @Nullable MediaIndex known;

    /// @param model whose index is asked; `texts` and `pictures` are its towers
    public MediaSearch(ModelIdentity model, MediaIndexes indexes, QueryTexts texts, QueryPictures pictures) {
        this.model = model;
        this.indexes = indexes;
        this.texts = texts;
        this.pictures = pictures;
    }

    /// Whose index is asked.
    public ModelIdentity model() {
        return model;
    }

    /// The media nearest to a query, best first, without those that it names.
    public List<MediaHit> nearest(SearchQuery query) {
        return ask(index -> {
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

    /// The media that were uploaded last, newest first.
    public List<IndexedMedia> newest(MediaFilter filter, Page page) {
        return ask(index -> index.newest(filter, page.offset(), page.k()));
    }

    /// One medium.
    public IndexedMedia medium(String mediaId) {
        return ask(index -> index.get(mediaId).orElseThrow(() -> noMedium(mediaId)));
    }

    /// How many of the media that a filter keeps have each tag, most first.
    ///
    /// @param limit most tags, at least 1
    public List<TagCount> tagCounts(MediaFilter filter, int limit) {
        return ask(index -> index.tagCounts(filter, limit));
    }

    /// How many media a filter keeps.
    public long count(MediaFilter filter) {
        return ask(index -> index.count(filter));
    }

    /// The vector of one thing.
    public Embedding vector(Likeness like) {
        return ask(index -> vector(List.of(new QueryPart(like, 1)), index));
    }

    /// The vectors of texts that are asked once, in their order.
    List<Embedding> encode(List<String> all) {
        return whileOpen(() -> texts.encodeOnce(all));
    }

    /// Does what needs the model, which stays until that has ended.
    <T> T whileOpen(Supplier<T> work) {
        lock.readLock().lock();
        try {
            if (closed) {
                throw unavailable("this instance to serve", "it is stopping");
            }
            return work.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    /// Groups of near-copies among the media uploaded last; one such question at a time.
    public Duplicates.Found duplicates(MediaFilter filter, double cosine, int examine) {
        try (ConcurrencyLimit.Permit _ = comparing.acquire()) {
            return ask(index -> new Duplicates(index).find(filter, cosine, examine));
        }
    }

    private Embedding vector(List<QueryPart> parts, MediaIndex index) {
        Map<String, Embedding> ofTexts = texts.embed(parts.stream()
                .map(QueryPart::like)
                .filter(Text.class::isInstance)
                .map(like -> ((Text) like).text())
                .collect(Collectors.toSet()));
        double[] sum = new double[model.dimension()];
        for (QueryPart part : parts) {
            Embedding vector = switch (part.like()) {
                case Text text -> ofTexts.get(text.text());
                case Medium medium -> index.vector(medium.mediaId()).orElseThrow(() -> noMedium(medium.mediaId()));
                case Picture picture -> pictures.embed(picture.encoded());
                case Vector given -> given.vector();
            };
            if (vector == null || vector.dimension() != sum.length) {
                throw SearchException.badQuery(
                        "a vector of dimension " + sum.length + " of the model " + model.id(),
                        vector == null ? "none" : "one of " + vector.dimension(),
                        "make it with that model");
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

    /// @param heaviest weight, which the length of the sum is held against
    private static Embedding direction(double[] sum, double heaviest) {
        double squares = 0;
        float[] scaled = new float[sum.length];
        for (int i = 0; i < sum.length; i++) {
            double value = sum[i] / heaviest;
            squares += value * value;
            scaled[i] = (float) value;
        }
        if (Math.sqrt(squares) < LEAST_LENGTH) {
            throw SearchException.badQuery(
                    "parts that add up to a direction",
                    "parts that cancel each other out",
                    "change a weight or leave a part out");
        }
        return Embedding.normalize(scaled);
    }

    private <T> T ask(Function<MediaIndex, T> question) {
        return whileOpen(() -> asked(question));
    }

    private <T> T asked(Function<MediaIndex, T> question) {
        try {
            MediaIndex index = known;
            if (index != null) {
                try {
                    return question.apply(index);
                } catch (IndexMissingException e) {
                    known = null; // another may be there by now
                }
            }
            return question.apply(found());
        } catch (IndexUnavailableException e) {
            throw unavailable("the media index to answer", String.valueOf(e.getMessage()));
        } catch (IndexMissingException e) {
            throw unavailable("the index " + IndexName.of(model), "that it was lost and is filled anew");
        }
    }

    /// The index, once it holds what the topics hold.
    private MediaIndex found() {
        MediaIndex index = indexes.find(model)
                .orElseThrow(() -> unavailable("the index " + IndexName.of(model), "that it is not there yet"));
        if (index.isFilling()) {
            throw unavailable(
                    "the index " + IndexName.of(model) + " with all media",
                    "that it is still being filled, with " + index.count(MediaFilter.ALL) + " media so far");
        }
        known = index;
        return index;
    }

    private static SearchException unavailable(String expected, String found) {
        return new SearchException(
                Kind.UNAVAILABLE, expected, found, "try again in some seconds; /v1/state tells how it is");
    }

    private static SearchException noMedium(String mediaId) {
        return new SearchException(
                Kind.NO_MEDIUM,
                "a medium '" + mediaId + "' in the index",
                "none",
                "look whether it was uploaded, or rejected (topic media.rejected)");
    }

    /// Answers no more, once the lookups that run have ended.
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
