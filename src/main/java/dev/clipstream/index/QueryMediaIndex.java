package dev.clipstream.index;

import static dev.clipstream.index.RedisScript.bytes;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;

/// The media of one model in a Redis with the query engine: a hash for each, found by HNSW and inverted indexes.
///
/// Searches give ids and distances alone; the media of a page are read from their hashes behind that, in one round
/// trip. The definition's name has the birth id in it, so a server that came back empty knows no such index, and
/// whoever reads hashes asks for the birth id in the same round trip.
final class QueryMediaIndex implements MediaIndex {
    private static final String DISTANCE = "distance";
    private static final String DIALECT = "2";
    private static final String COUNT = "media";
    private static final String LABEL = "label";
    /// Tags that are counted at least, however few are asked for: their order among equal counts is settled here.
    private static final int LEAST_COUNTED = 10_000;

    private final RedisConnections redis;
    private final QueryEngine engine;
    private final RedisSettings settings;
    private final QueryKeys keys;
    private final QueryMeta meta;
    private final QueryIndexes store;
    private final QueryWriter writer;

    QueryMediaIndex(
            RedisConnections redis,
            QueryEngine engine,
            RedisSettings settings,
            QueryKeys keys,
            QueryMeta meta,
            QueryIndexes store) {
        this.redis = redis;
        this.engine = engine;
        this.settings = settings;
        this.keys = keys;
        this.meta = meta;
        this.store = store;
        this.writer = new QueryWriter(redis, settings, keys, meta);
    }

    @Override
    public ModelIdentity model() {
        return meta.model();
    }

    @Override
    public List<WriteOutcome> write(List<MediaWrite> batch) {
        for (MediaWrite write : batch) {
            if (write instanceof MediaWrite.PutVector put) {
                requireDimension(put.vector());
            }
        }
        return batch.isEmpty() ? List.of() : writer.write(batch);
    }

    /// A candidate.
    private record Candidate(String mediaId, double cosine) {
        static final Comparator<Candidate> BEST_FIRST =
                Comparator.comparingDouble(Candidate::cosine).reversed().thenComparing(Candidate::mediaId);
    }

    @Override
    public List<MediaHit> nearest(NearestQuery query) {
        requireDimension(query.vector());
        List<Candidate> page = Ranking.page(query, Candidate::mediaId, depth -> candidates(query, depth));
        List<Optional<IndexedMedia>> media =
                get(page.stream().map(Candidate::mediaId).toList());
        List<MediaHit> hits = new ArrayList<>();
        for (int i = 0; i < page.size(); i++) {
            double cosine = page.get(i).cosine();
            media.get(i).ifPresent(found -> hits.add(new MediaHit(found, cosine)));
        }
        return hits;
    }

    private Ranking.Found<Candidate> candidates(NearestQuery query, int count) {
        Object reply = engine.ask(
                QueryCommand.SEARCH,
                nearestArguments(keys.definition(meta.born()), meta.vectorType(), query, count, settings),
                this::missing);
        List<Candidate> all = QueryReplies.documents(reply).stream()
                .map(QueryMediaIndex::candidate)
                .toList();
        List<Candidate> best = all.stream()
                .filter(candidate -> candidate.cosine() >= query.minCosine())
                .sorted(Candidate.BEST_FIRST)
                .toList();
        return new Ranking.Found<>(best, all.size() == count && best.size() == count);
    }

    private static Candidate candidate(Map<String, String> fields) {
        double cosine = 1 - Double.parseDouble(String.valueOf(fields.get(DISTANCE)));
        return new Candidate(String.valueOf(fields.get(QueryDefinition.MEDIA_ID)), Math.clamp(cosine, -1.0, 1.0));
    }

    /// Arguments of `FT.SEARCH`.
    ///
    /// @param count candidates
    static List<byte[]> nearestArguments(
            String definition, VectorType type, NearestQuery query, int count, RedisSettings settings) {
        QueryFilter filter = QueryFilter.of(query.filter());
        int effort = Math.max(count, query.effort() > 0 ? query.effort() : settings.efRuntime());
        Arguments arguments = new Arguments()
                .add(definition, filter.before("KNN $k @vector $v EF_RUNTIME $ef AS " + DISTANCE))
                .add("RETURN", "2", QueryDefinition.MEDIA_ID, DISTANCE)
                .add("SORTBY", DISTANCE, "ASC")
                .add("LIMIT", "0", Integer.toString(count));
        arguments
                .add("PARAMS", Integer.toString(filter.parameters().size() + 6))
                .add("k", Integer.toString(count), "ef", Integer.toString(effort), "v")
                .add(type.write(query.vector()))
                .addAll(filter.parameters());
        return arguments.ended(settings);
    }

    @Override
    public List<IndexedMedia> newest(MediaFilter filter, int offset, int limit) {
        Object reply = engine.ask(
                QueryCommand.AGGREGATE,
                newestArguments(keys.definition(meta.born()), filter, offset, limit, settings),
                this::missing);
        List<String> ids = QueryReplies.rows(reply).stream()
                .map(row -> String.valueOf(row.get(QueryDefinition.MEDIA_ID)))
                .toList();
        return get(ids).stream().flatMap(Optional::stream).toList();
    }

    /// Arguments of `FT.AGGREGATE`: `FT.SEARCH` sorts by one field only.
    static List<byte[]> newestArguments(
            String definition, MediaFilter filter, int offset, int limit, RedisSettings settings) {
        QueryFilter query = QueryFilter.of(filter);
        return new Arguments()
                .add(definition, query.text())
                .add("LOAD", "2", "@" + QueryDefinition.UPLOADED, "@" + QueryDefinition.MEDIA_ID)
                .add("SORTBY", "4", "@" + QueryDefinition.UPLOADED, "DESC", "@" + QueryDefinition.MEDIA_ID, "ASC")
                .add("MAX", Long.toString((long) offset + limit))
                .add("LIMIT", Integer.toString(offset), Integer.toString(limit))
                .parameters(query)
                .ended(settings);
    }

    @Override
    public Optional<IndexedMedia> get(String mediaId) {
        return get(List.of(mediaId)).getFirst();
    }

    @Override
    public List<Optional<IndexedMedia>> get(List<String> mediaIds) {
        List<Response<List<byte[]>>> answers = ofHashes(pipeline -> mediaIds.stream()
                .map(id -> pipeline.hmget(bytes(keys.doc(id)), MediaFields.names()))
                .toList());
        List<Optional<IndexedMedia>> media = new ArrayList<>();
        for (int i = 0; i < mediaIds.size(); i++) {
            media.add(MediaFields.read(mediaIds.get(i), redis.value(answers.get(i))));
        }
        return media;
    }

    @Override
    public Optional<Embedding> vector(String mediaId) {
        Response<byte[]> answer =
                ofHashes(pipeline -> pipeline.hget(bytes(keys.doc(mediaId)), bytes(QueryDefinition.VECTOR)));
        return Optional.ofNullable(orNull(answer)).map(meta.vectorType()::read);
    }

    /// Asks for hashes, and whether this index is still the one that was meant.
    private <T> T ofHashes(Function<AbstractPipeline, T> question) {
        List<Response<String>> births = new ArrayList<>();
        T answers = redis.pipeline(pipeline -> {
            births.add(pipeline.hget(keys.meta(), QueryMeta.BORN));
            return question.apply(pipeline);
        });
        if (!meta.born().equals(orNull(births.getFirst()))) {
            throw missing();
        }
        return answers;
    }

    private <T> @Nullable T orNull(Response<T> answer) {
        return redis.value(answer);
    }

    @Override
    public long count(MediaFilter filter) {
        return QueryReplies.total(engine.ask(
                QueryCommand.SEARCH, countArguments(keys.definition(meta.born()), filter, settings), this::missing));
    }

    /// Arguments of `FT.SEARCH`.
    static List<byte[]> countArguments(String definition, MediaFilter filter, RedisSettings settings) {
        QueryFilter query = QueryFilter.of(filter);
        return new Arguments()
                .add(definition, query.text())
                .add("LIMIT", "0", "0")
                .parameters(query)
                .ended(settings);
    }

    @Override
    public List<TagCount> tagCounts(MediaFilter filter, int limit) {
        Object reply = engine.ask(
                QueryCommand.AGGREGATE,
                tagCountArguments(keys.definition(meta.born()), filter, limit, settings),
                this::missing);
        return QueryReplies.rows(reply).stream()
                // media without tags are a group without a label
                .filter(row -> row.containsKey(LABEL)
                        && !String.valueOf(row.get(LABEL)).isEmpty())
                .map(row -> new TagCount(
                        URLDecoder.decode(String.valueOf(row.get(LABEL)), StandardCharsets.UTF_8),
                        Long.parseLong(String.valueOf(row.get(COUNT)))))
                .sorted(TagCount.MOST_FIRST)
                .limit(limit)
                .toList();
    }

    /// Arguments of `FT.AGGREGATE`.
    static List<byte[]> tagCountArguments(String definition, MediaFilter filter, int limit, RedisSettings settings) {
        QueryFilter query = QueryFilter.of(filter);
        String most = Integer.toString(Math.max(LEAST_COUNTED, limit));
        return new Arguments()
                .add(definition, query.text())
                .add("LOAD", "1", "@" + QueryDefinition.LABELS)
                .add("APPLY", "split(@" + QueryDefinition.LABELS + ")", "AS", LABEL)
                .add("GROUPBY", "1", "@" + LABEL, "REDUCE", "COUNT", "0", "AS", COUNT)
                .add("SORTBY", "2", "@" + COUNT, "DESC", "MAX", most)
                .add("LIMIT", "0", most)
                .parameters(query)
                .ended(settings);
    }

    @Override
    public IndexDescription describe() {
        QueryMeta now = store.read(keys);
        if (now == null || !now.born().equals(meta.born())) {
            throw missing();
        }
        QueryReplies.Info info = engine.info(keys.definition(meta.born())).orElseThrow(this::missing);
        return new IndexDescription(
                keys.name(),
                meta.model(),
                store.isLive(keys.name()),
                info.documents(),
                meta.born(),
                QueryIndexes.KIND,
                Map.of(
                        "index", keys.alias(),
                        "vectorType", meta.vectorType().name(),
                        "m", Integer.toString(meta.m()),
                        "efConstruction", Integer.toString(meta.efConstruction())),
                now.state().filling(),
                now.state().generation(),
                info.failures());
    }

    @Override
    public boolean isFilling() {
        return meta.state().filling();
    }

    @Override
    public boolean filled() {
        return store.filled(keys, meta);
    }

    private IndexMissingException missing() {
        return meta.missing(keys);
    }

    private void requireDimension(Embedding vector) {
        // the server itself takes a query of another dimension on an empty index, and drops such a document in silence
        if (vector.dimension() != meta.model().dimension()) {
            throw new IllegalArgumentException("A vector of dimension "
                    + meta.model().dimension() + " of the model " + meta.model().id()
                    + " was expected by the index " + keys.name() + ", found one of " + vector.dimension()
                    + ": ask the index of its model");
        }
    }

    /// Arguments of a command.
    private static final class Arguments {
        private final List<byte[]> all = new ArrayList<>();

        Arguments add(String... texts) {
            return addAll(List.of(texts));
        }

        Arguments addAll(List<String> texts) {
            texts.forEach(text -> all.add(bytes(text)));
            return this;
        }

        Arguments add(byte[] blob) {
            all.add(blob);
            return this;
        }

        Arguments parameters(QueryFilter filter) {
            return filter.parameters().isEmpty()
                    ? this
                    : add("PARAMS", Integer.toString(filter.parameters().size()))
                            .addAll(filter.parameters());
        }

        /// Servers end a query after half a second with what they have, unless they are told: better a time-out here,
        /// which comes first, than a wrong count.
        List<byte[]> ended(RedisSettings settings) {
            long longer = settings.timeout().plusSeconds(1).toMillis();
            return add("TIMEOUT", Long.toString(longer), "DIALECT", DIALECT).all;
        }
    }
}
