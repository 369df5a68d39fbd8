package dev.clipstream.index.redis.vectorset;

import static dev.clipstream.index.redis.Utf8.bytes;
import static dev.clipstream.index.redis.Utf8.text;

import dev.clipstream.clip.Embedding;
import dev.clipstream.index.IndexedMedia;
import dev.clipstream.index.MediaFilter;
import dev.clipstream.index.MediaHit;
import dev.clipstream.index.MediaWrite;
import dev.clipstream.index.NearestQuery;
import dev.clipstream.index.TagCount;
import dev.clipstream.index.WriteOutcome;
import dev.clipstream.index.redis.IndexEntry;
import dev.clipstream.index.redis.IndexMeta;
import dev.clipstream.index.redis.MediaFields;
import dev.clipstream.index.redis.RedisConnections;
import dev.clipstream.index.redis.RedisMediaIndex;
import dev.clipstream.index.redis.Utf8;
import dev.clipstream.index.rules.Candidate;
import dev.clipstream.index.rules.Ranking;
import java.util.ArrayList;
import java.util.Collection;
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
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.ClusterCommandArguments;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Response;
import redis.clients.jedis.params.ZRangeParams;

/// The media of one model in the vector sets of a plain Redis 8.
///
/// The media are spread over the shards by their ids. A search reads all shards in one round trip and merges the
/// results. Every read also gets the birth id of each shard, so that a server which came back empty is noticed.
/// Redis has no index over the attributes, so counting with a filter reads all media.
final class VectorSetMediaIndex extends RedisMediaIndex<VectorSetParameters> {
    /// Candidates that a search with a filter examines at least.
    private static final int MIN_FILTER_EFFORT = 20_000;

    private static final int MAX_FILTER_EFFORT = 1_000_000;
    private static final int MAX_EFFORT = 1_000_000;

    private final RedisConnections redis;
    private final Keys keys;
    private final IndexMeta<VectorSetParameters> meta;
    private final LostMedia lost;
    private final ShardWriter writer;

    VectorSetMediaIndex(
            RedisConnections redis,
            VectorSetSettings settings,
            Keys keys,
            IndexEntry<VectorSetParameters> entry,
            LostMedia lost) {
        super(entry);
        this.redis = redis;
        this.keys = keys;
        this.meta = entry.meta();
        this.lost = lost;
        this.writer = new ShardWriter(redis, settings, keys, meta);
    }

    @Override
    protected List<WriteOutcome> writeChecked(List<MediaWrite> batch) {
        return writer.write(batch);
    }

    @Override
    protected List<MediaHit> nearestChecked(NearestQuery query) {
        if (FilterExpression.isExact(query.filter())) {
            return hits(Ranking.page(query, ShardHit::mediaId, depth -> candidates(query, depth)));
        }
        // the expression finds more media than the filter matches
        return Ranking.page(query, hit -> hit.media().mediaId(), depth -> {
            Ranking.Found<ShardHit> found = candidates(query, depth);
            return new Ranking.Found<>(
                    hits(found.best()).stream()
                            .filter(hit -> query.filter().matches(hit.media()))
                            .toList(),
                    found.more());
        });
    }

    private Ranking.Found<ShardHit> candidates(NearestQuery query, int count) {
        List<ShardHit> best = new ArrayList<>();
        boolean more = false;
        for (List<ShardHit> shard : shards(query, count)) {
            more |= shard.size() == count && shard.getLast().cosine() >= query.minCosine();
            shard.stream()
                    .filter(candidate -> candidate.cosine() >= query.minCosine())
                    .forEach(best::add);
        }
        best.sort(Candidate.BEST_FIRST);
        return new Ranking.Found<>(best, more);
    }

    private List<List<ShardHit>> shards(NearestQuery query, int count) {
        String filter = FilterExpression.expression(query.filter());
        byte[] vector = query.vector().toLittleEndian().array();
        List<Response<Object>> answers = ofShards((pipeline, shard) -> {
            CommandArguments command = new ClusterCommandArguments(Command.VSIM)
                    .key(bytes(keys.vectors(shard)))
                    .add("FP32")
                    .add(vector)
                    .add("WITHSCORES")
                    .add("COUNT")
                    .add(count)
                    .add("EF")
                    .add(Math.min(MAX_EFFORT, Math.max(count, query.effort())));
            if (filter != null) {
                command.add("FILTER")
                        .add(filter)
                        .add("FILTER-EF")
                        .add(Math.clamp(count * 100L, MIN_FILTER_EFFORT, MAX_FILTER_EFFORT));
            }
            return pipeline.sendCommand(command);
        });
        List<List<ShardHit>> shards = new ArrayList<>();
        for (int shard = 0; shard < answers.size(); shard++) {
            shards.add(ShardHit.read(shard, redis.value(answers.get(shard))));
        }
        return shards;
    }

    /// Reads the media of hits, except those that no longer exist.
    private List<MediaHit> hits(List<ShardHit> candidates) {
        List<Response<List<byte[]>>> answers = redis.pipeline(pipeline -> candidates.stream()
                .map(candidate -> fields(pipeline, candidate.shard(), candidate.mediaId()))
                .toList());
        List<MediaHit> hits = new ArrayList<>();
        for (int i = 0; i < candidates.size(); i++) {
            ShardHit candidate = candidates.get(i);
            media(candidate.mediaId(), answers.get(i))
                    .ifPresent(media -> hits.add(new MediaHit(media, candidate.cosine())));
        }
        return hits;
    }

    private Response<List<byte[]>> fields(AbstractPipeline pipeline, int shard, String mediaId) {
        return pipeline.hmget(bytes(keys.doc(shard, mediaId)), MediaFields.names());
    }

    private Optional<IndexedMedia> media(String mediaId, Response<List<byte[]>> answer) {
        return MediaFields.read(mediaId, redis.value(answer));
    }

    @Override
    public List<IndexedMedia> newest(MediaFilter filter, int offset, int limit) {
        return all(/* newestFirst */ true)
                .filter(filter::matches)
                .skip(offset)
                .limit(limit)
                .toList();
    }

    @Override
    public List<IndexedMedia> oldest(MediaFilter filter, int offset, int limit) {
        return all(/* newestFirst */ false)
                .filter(filter::matches)
                .skip(offset)
                .limit(limit)
                .toList();
    }

    private Stream<IndexedMedia> all(boolean newestFirst) {
        requireBorn();
        Listing listing = new Listing(
                meta.parameters().shards(),
                newestFirst,
                (shard, from) -> {
                    ZRangeParams piece = ZRangeParams.zrangeParams(from, from + Listing.piece() - 1);
                    return redis
                            .execute(jedis ->
                                    jedis.zrange(bytes(keys.uploaded(shard)), newestFirst ? piece : piece.rev()))
                            .stream()
                            .map(Utf8::text)
                            .toList();
                },
                (shard, ids) -> hits(ids.stream()
                                .map(id -> new ShardHit(shard, id, 0))
                                .toList())
                        .stream()
                        .map(MediaHit::media)
                        .toList());
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(listing, Spliterator.ORDERED | Spliterator.NONNULL), false);
    }

    @Override
    public List<Optional<IndexedMedia>> get(List<String> mediaIds) {
        List<Integer> shards = mediaIds.stream()
                .map(id -> Keys.shardOf(id, meta.parameters().shards()))
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
        int shard = Keys.shardOf(mediaId, meta.parameters().shards());
        Object found = redis.value(ofShard(
                shard,
                pipeline -> pipeline.sendCommand(new ClusterCommandArguments(Command.VEMB)
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
        if (!filter.matchesAll()) {
            return all(/* newestFirst */ true).filter(filter::matches).count();
        }
        return ofShards((pipeline, shard) -> pipeline.sendCommand(
                        new ClusterCommandArguments(Command.VCARD).key(bytes(keys.vectors(shard)))))
                .stream()
                .mapToLong(answer -> (Long) redis.value(answer))
                .sum();
    }

    @Override
    public List<TagCount> tagCounts(MediaFilter filter, int limit) {
        Map<String, Long> counts = new HashMap<>();
        if (filter.matchesAll()) {
            for (Response<Map<String, String>> answer :
                    ofShards((pipeline, shard) -> pipeline.hgetAll(keys.tags(shard)))) {
                redis.value(answer).forEach((label, count) -> counts.merge(label, Long.parseLong(count), Long::sum));
            }
        } else {
            all(/* newestFirst */ true)
                    .filter(filter::matches)
                    .flatMap(media -> media.tags().stream())
                    .flatMap(tags -> FilterExpression.labels(tags).stream())
                    .forEach(label -> counts.merge(label, 1L, Long::sum));
        }
        return counts.entrySet().stream()
                .map(count -> new TagCount(count.getKey(), count.getValue()))
                .sorted(TagCount.MOST_FIRST)
                .limit(limit)
                .toList();
    }

    @Override
    protected Contents contents() {
        VectorSetParameters parameters = meta.parameters();
        long media = count(MediaFilter.ALL);
        return new Contents(
                media,
                lost.of(meta.name(), media, () -> all(/* newestFirst */ true).count()),
                Map.of("shards", Integer.toString(parameters.shards()), "quantization", parameters.quantization()));
    }

    /// Sends a command to every shard, and checks that the shards still belong to the index that was opened.
    private <T> List<Response<T>> ofShards(BiFunction<AbstractPipeline, Integer, Response<T>> command) {
        return ofShards(IntStream.range(0, meta.parameters().shards()).boxed().toList(), command);
    }

    private <T> Response<T> ofShard(int shard, Function<AbstractPipeline, Response<T>> command) {
        return ofShards(List.of(shard), (pipeline, number) -> command.apply(pipeline))
                .getFirst();
    }

    private <T> List<Response<T>> ofShards(
            List<Integer> shards, BiFunction<AbstractPipeline, Integer, Response<T>> command) {
        List<Response<String>> births = new ArrayList<>();
        List<Response<T>> answers = redis.pipeline(pipeline -> {
            List<Response<T>> sent = new ArrayList<>();
            for (int shard : shards) {
                births.add(pipeline.get(keys.born(shard)));
                sent.add(command.apply(pipeline, shard));
            }
            return sent;
        });
        requireBorn(births);
        return answers;
    }

    private void requireBorn(Collection<Response<String>> births) {
        for (Response<String> birth : births) {
            if (!meta.born().equals(redis.valueOrNull(birth))) {
                throw meta.missing();
            }
        }
    }

    private void requireBorn() {
        ofShards((pipeline, shard) -> pipeline.exists(keys.born(shard)));
    }
}
