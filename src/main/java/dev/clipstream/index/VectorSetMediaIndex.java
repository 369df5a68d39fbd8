package dev.clipstream.index;

import static dev.clipstream.index.RedisScript.bytes;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.ClusterCommandArguments;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Response;

/// The media of one model in the vector sets of a plain Redis 8.
///
/// An index is spread over [VectorSetMeta#shards] sets by a hash of the media id; a lookup asks all of them in
/// one round trip and merges. Every question also asks for each shard's birth id, so that a server which came
/// back empty is noticed rather than believed. Counting with a filter reads all media, since Redis has no index over
/// them; counting without one does not.
final class VectorSetMediaIndex implements MediaIndex {
    /// Least candidates behind a filter that are looked at before the search gives up.
    private static final int LEAST_FILTER_EFFORT = 20_000;

    private static final int MOST_FILTER_EFFORT = 1_000_000;
    private static final int MOST_EFFORT = 1_000_000;

    private final RedisConnections redis;
    private final VectorSetKeys keys;
    private final VectorSetMeta meta;
    private final VectorSetIndexes store;
    private final VectorSetWriter writer;

    VectorSetMediaIndex(
            RedisConnections redis,
            RedisSettings settings,
            VectorSetKeys keys,
            VectorSetMeta meta,
            VectorSetIndexes store) {
        this.redis = redis;
        this.keys = keys;
        this.meta = meta;
        this.store = store;
        this.writer = new VectorSetWriter(redis, settings, keys, meta);
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
    private record Candidate(int shard, String mediaId, double cosine) {
        static final Comparator<Candidate> BEST_FIRST =
                Comparator.comparingDouble(Candidate::cosine).reversed().thenComparing(Candidate::mediaId);
    }

    @Override
    public List<MediaHit> nearest(NearestQuery query) {
        requireDimension(query.vector());
        if (VectorSetFilter.isExact(query.filter())) {
            return hits(Ranking.page(query, Candidate::mediaId, depth -> candidates(query, depth)));
        }
        // the expression keeps more than the filter does
        return Ranking.page(query, hit -> hit.media().mediaId(), depth -> {
            Ranking.Found<Candidate> found = candidates(query, depth);
            return new Ranking.Found<>(
                    hits(found.best()).stream()
                            .filter(hit -> query.filter().matches(hit.media()))
                            .toList(),
                    found.more());
        });
    }

    private Ranking.Found<Candidate> candidates(NearestQuery query, int count) {
        List<Candidate> best = new ArrayList<>();
        boolean more = false;
        for (List<Candidate> shard : shards(query, count)) {
            more |= shard.size() == count && shard.getLast().cosine() >= query.minCosine();
            shard.stream()
                    .filter(candidate -> candidate.cosine() >= query.minCosine())
                    .forEach(best::add);
        }
        best.sort(Candidate.BEST_FIRST);
        return new Ranking.Found<>(best, more);
    }

    private List<List<Candidate>> shards(NearestQuery query, int count) {
        String filter = VectorSetFilter.expression(query.filter());
        byte[] vector = query.vector().toLittleEndian().array();
        List<Response<Object>> answers = ofShards((pipeline, shard) -> {
            CommandArguments command = new ClusterCommandArguments(VectorCommand.VSIM)
                    .key(bytes(keys.vectors(shard)))
                    .add("FP32")
                    .add(vector)
                    .add("WITHSCORES")
                    .add("COUNT")
                    .add(count)
                    .add("EF")
                    .add(Math.min(MOST_EFFORT, Math.max(count, query.effort())));
            if (filter != null) {
                command.add("FILTER")
                        .add(filter)
                        .add("FILTER-EF")
                        .add(Math.clamp(count * 100L, LEAST_FILTER_EFFORT, MOST_FILTER_EFFORT));
            }
            return pipeline.sendCommand(command);
        });
        List<List<Candidate>> shards = new ArrayList<>();
        for (int shard = 0; shard < answers.size(); shard++) {
            List<?> pairs = (List<?>) value(answers.get(shard));
            List<Candidate> found = new ArrayList<>();
            for (int i = 0; i + 1 < pairs.size(); i += 2) {
                // a vector set scores (1 + cosine) / 2
                double cosine = 2 * Double.parseDouble(text(pairs.get(i + 1))) - 1;
                found.add(new Candidate(shard, text(pairs.get(i)), Math.clamp(cosine, -1.0, 1.0)));
            }
            shards.add(found);
        }
        return shards;
    }

    /// The media of candidates that are still there.
    private List<MediaHit> hits(List<Candidate> candidates) {
        List<Response<List<byte[]>>> answers = redis.pipeline(pipeline -> candidates.stream()
                .map(candidate -> fields(pipeline, candidate.shard(), candidate.mediaId()))
                .toList());
        List<MediaHit> hits = new ArrayList<>();
        for (int i = 0; i < candidates.size(); i++) {
            Candidate candidate = candidates.get(i);
            media(candidate.mediaId(), answers.get(i))
                    .ifPresent(media -> hits.add(new MediaHit(media, candidate.cosine())));
        }
        return hits;
    }

    private Response<List<byte[]>> fields(AbstractPipeline pipeline, int shard, String mediaId) {
        return pipeline.hmget(bytes(keys.doc(shard, mediaId)), MediaFields.names());
    }

    private Optional<IndexedMedia> media(String mediaId, Response<List<byte[]>> answer) {
        return MediaFields.read(mediaId, value(answer));
    }

    @Override
    public List<IndexedMedia> newest(MediaFilter filter, int offset, int limit) {
        return all().filter(filter::matches).skip(offset).limit(limit).toList();
    }

    private Stream<IndexedMedia> all() {
        requireBorn();
        VectorSetListing listing = new VectorSetListing(
                meta.shards(),
                (shard, from) -> redis.ask(jedis ->
                        jedis.zrange(bytes(keys.uploaded(shard)), from, from + VectorSetListing.piece() - 1).stream()
                                .map(VectorSetMediaIndex::text)
                                .toList()),
                (shard, ids) -> hits(ids.stream()
                                .map(id -> new Candidate(shard, id, 0))
                                .toList())
                        .stream()
                        .map(MediaHit::media)
                        .toList());
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(listing, Spliterator.ORDERED | Spliterator.NONNULL), false);
    }

    @Override
    public Optional<IndexedMedia> get(String mediaId) {
        return get(List.of(mediaId)).getFirst();
    }

    @Override
    public List<Optional<IndexedMedia>> get(List<String> mediaIds) {
        List<Integer> shards = mediaIds.stream()
                .map(id -> VectorSetKeys.shardOf(id, meta.shards()))
                .toList();
        Map<Integer, Response<String>> births = new HashMap<>();
        List<Response<List<byte[]>>> answers = redis.pipeline(pipeline -> {
            shards.forEach(shard -> births.computeIfAbsent(shard, number -> pipeline.get(keys.born(number))));
            return IntStream.range(0, mediaIds.size())
                    .mapToObj(i -> fields(pipeline, shards.get(i), mediaIds.get(i)))
                    .toList();
        });
        requireBorn(births.values());
        return IntStream.range(0, mediaIds.size())
                .mapToObj(i -> media(mediaIds.get(i), answers.get(i)))
                .toList();
    }

    @Override
    public Optional<Embedding> vector(String mediaId) {
        int shard = VectorSetKeys.shardOf(mediaId, meta.shards());
        Object found = value(ofShard(
                shard,
                pipeline -> pipeline.sendCommand(new ClusterCommandArguments(VectorCommand.VEMB)
                        .key(bytes(keys.vectors(shard)))
                        .add(bytes(mediaId)))));
        if (!(found instanceof List<?> values) || values.isEmpty()) {
            return Optional.empty();
        }
        float[] vector = new float[values.size()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = Float.parseFloat(text(values.get(i)));
        }
        return Optional.of(Embedding.normalize(vector));
    }

    @Override
    public long count(MediaFilter filter) {
        if (!filter.keepsAll()) {
            return all().filter(filter::matches).count();
        }
        return ofShards((pipeline, shard) -> pipeline.sendCommand(
                        new ClusterCommandArguments(VectorCommand.VCARD).key(bytes(keys.vectors(shard)))))
                .stream()
                .mapToLong(answer -> (Long) value(answer))
                .sum();
    }

    @Override
    public List<TagCount> tagCounts(MediaFilter filter, int limit) {
        Map<String, Long> counts = new HashMap<>();
        if (filter.keepsAll()) {
            for (Response<Map<String, String>> answer :
                    ofShards((pipeline, shard) -> pipeline.hgetAll(keys.tags(shard)))) {
                value(answer).forEach((label, count) -> counts.merge(label, Long.parseLong(count), Long::sum));
            }
        } else {
            all().filter(filter::matches)
                    .flatMap(media -> media.tags().stream())
                    .flatMap(tags -> VectorSetFilter.labels(tags).stream())
                    .forEach(label -> counts.merge(label, 1L, Long::sum));
        }
        return counts.entrySet().stream()
                .map(count -> new TagCount(count.getKey(), count.getValue()))
                .sorted(TagCount.MOST_FIRST)
                .limit(limit)
                .toList();
    }

    @Override
    public IndexDescription describe() {
        VectorSetMeta now = store.read(keys);
        if (now == null || !now.born().equals(meta.born())) {
            throw meta.missing(keys);
        }
        return new IndexDescription(
                keys.name(),
                meta.model(),
                store.isLive(keys.name()),
                count(MediaFilter.ALL),
                meta.born(),
                VectorSetIndexes.KIND,
                Map.of("shards", Integer.toString(meta.shards()), "quantization", meta.quantization()),
                now.state().filling(),
                now.state().generation(),
                0);
    }

    @Override
    public boolean isFilling() {
        return meta.state().filling();
    }

    @Override
    public boolean filled() {
        return store.filled(keys, meta);
    }

    /// Asks every shard the same, and whether it is the one that was meant.
    private <T> List<Response<T>> ofShards(BiFunction<AbstractPipeline, Integer, Response<T>> question) {
        return ofShards(IntStream.range(0, meta.shards()).boxed().toList(), question);
    }

    private <T> Response<T> ofShard(int shard, Function<AbstractPipeline, Response<T>> question) {
        return ofShards(List.of(shard), (pipeline, number) -> question.apply(pipeline))
                .getFirst();
    }

    private <T> List<Response<T>> ofShards(
            List<Integer> shards, BiFunction<AbstractPipeline, Integer, Response<T>> question) {
        List<Response<String>> births = new ArrayList<>();
        List<Response<T>> answers = redis.pipeline(pipeline -> {
            List<Response<T>> asked = new ArrayList<>();
            for (int shard : shards) {
                births.add(pipeline.get(keys.born(shard)));
                asked.add(question.apply(pipeline, shard));
            }
            return asked;
        });
        requireBorn(births);
        return answers;
    }

    private void requireBorn(Collection<Response<String>> births) {
        for (Response<String> birth : births) {
            if (!meta.born().equals(valueOrNull(birth))) {
                throw meta.missing(keys);
            }
        }
    }

    private void requireBorn() {
        ofShards((pipeline, shard) -> pipeline.exists(keys.born(shard)));
    }

    private <T> T value(Response<T> answer) {
        return redis.value(answer);
    }

    private <T> @Nullable T valueOrNull(Response<T> answer) {
        return value(answer);
    }

    private static String text(Object bytes) {
        return bytes instanceof byte[] raw ? new String(raw, StandardCharsets.UTF_8) : String.valueOf(bytes);
    }

    private void requireDimension(Embedding vector) {
        if (vector.dimension() != meta.model().dimension()) {
            throw new IllegalArgumentException("A vector of dimension "
                    + meta.model().dimension() + " of the model " + meta.model().id()
                    + " was expected by the index " + keys.name() + ", found one of " + vector.dimension()
                    + ": ask the index of its model");
        }
    }
}
