package dev.clipstream.index.redis.query;

import static dev.clipstream.index.redis.Utf8.bytes;

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
import dev.clipstream.index.rules.Candidate;
import dev.clipstream.index.rules.Ranking;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;

/// The media of one model in a Redis with the query engine: a hash for each medium, found by HNSW and inverted
/// indexes.
///
/// Searches return ids and distances only; the media of a page are then read from their hashes in one round trip.
/// The name of the definition contains the birth id, so a server that came back empty knows no such index, and every
/// read of hashes compares the birth id in the same round trip.
final class QueryMediaIndex extends RedisMediaIndex<QueryParameters> {
    private final RedisConnections redis;
    private final Commands commands;
    private final QueryEngineSettings settings;
    private final Keys keys;
    private final IndexMeta<QueryParameters> meta;
    private final HashWriter writer;

    QueryMediaIndex(
            RedisConnections redis,
            Commands commands,
            QueryEngineSettings settings,
            Keys keys,
            IndexEntry<QueryParameters> entry) {
        super(entry);
        this.redis = redis;
        this.commands = commands;
        this.settings = settings;
        this.keys = keys;
        this.meta = entry.meta();
        this.writer = new HashWriter(redis, settings.redis().tombstones(), keys, meta);
    }

    private String definition() {
        return keys.definition(meta.born());
    }

    private Object send(Command command, List<byte[]> arguments) {
        return commands.send(command, arguments, meta::missing);
    }

    @Override
    protected List<WriteOutcome> writeChecked(List<MediaWrite> batch) {
        return writer.write(batch);
    }

    private record Found(String mediaId, double cosine) implements Candidate {}

    @Override
    protected List<MediaHit> nearestChecked(NearestQuery query) {
        List<Found> page = Ranking.page(query, Found::mediaId, depth -> candidates(query, depth));
        List<Optional<IndexedMedia>> media =
                get(page.stream().map(Found::mediaId).toList());
        List<MediaHit> hits = new ArrayList<>();
        for (int i = 0; i < page.size(); i++) {
            double cosine = page.get(i).cosine();
            media.get(i).ifPresent(found -> hits.add(new MediaHit(found, cosine)));
        }
        return hits;
    }

    private Ranking.Found<Found> candidates(NearestQuery query, int count) {
        Object reply = send(
                Command.SEARCH, Searches.nearest(definition(), meta.parameters().vectorType(), query, count, settings));
        List<Found> all = Replies.documents(reply).stream()
                .map(QueryMediaIndex::candidate)
                .toList();
        List<Found> best = all.stream()
                .filter(candidate -> candidate.cosine() >= query.minCosine())
                .sorted(Candidate.BEST_FIRST)
                .toList();
        return new Ranking.Found<>(best, all.size() == count && best.size() == count);
    }

    private static Found candidate(Map<String, String> fields) {
        double cosine = 1 - Double.parseDouble(String.valueOf(fields.get(Searches.DISTANCE)));
        return new Found(String.valueOf(fields.get(Definition.MEDIA_ID)), Math.clamp(cosine, -1.0, 1.0));
    }

    @Override
    public List<IndexedMedia> newest(MediaFilter filter, int offset, int limit) {
        return listed(Searches.newest(definition(), filter, offset, limit, settings));
    }

    @Override
    public List<IndexedMedia> oldest(MediaFilter filter, int offset, int limit) {
        return listed(Searches.oldest(definition(), filter, offset, limit, settings));
    }

    private List<IndexedMedia> listed(List<byte[]> arguments) {
        Object reply = send(Command.AGGREGATE, arguments);
        List<String> ids = Replies.rows(reply).stream()
                .map(row -> String.valueOf(row.get(Definition.MEDIA_ID)))
                .toList();
        return get(ids).stream().flatMap(Optional::stream).toList();
    }

    @Override
    public List<Optional<IndexedMedia>> get(List<String> mediaIds) {
        List<Response<List<byte[]>>> answers = readHashes(pipeline -> mediaIds.stream()
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
                readHashes(pipeline -> pipeline.hget(bytes(keys.doc(mediaId)), bytes(Definition.VECTOR)));
        return Optional.ofNullable(redis.valueOrNull(answer))
                .map(meta.parameters().vectorType()::read);
    }

    /// Reads hashes, and checks that the index is still the one that was opened.
    private <T> T readHashes(Function<AbstractPipeline, T> commands) {
        List<Response<String>> births = new ArrayList<>();
        T answers = redis.pipeline(pipeline -> {
            births.add(pipeline.hget(keys.meta(), IndexMeta.BORN));
            return commands.apply(pipeline);
        });
        if (!meta.born().equals(redis.valueOrNull(births.getFirst()))) {
            throw meta.missing();
        }
        return answers;
    }

    @Override
    public long count(MediaFilter filter) {
        return Replies.total(send(Command.SEARCH, Searches.count(definition(), filter, settings)));
    }

    @Override
    public List<TagCount> tagCounts(MediaFilter filter, int limit) {
        Object reply = send(Command.AGGREGATE, Searches.tagCounts(definition(), filter, limit, settings));
        return Replies.rows(reply).stream()
                // media without tags form a group without a label
                .filter(row -> row.containsKey(Searches.LABEL)
                        && !String.valueOf(row.get(Searches.LABEL)).isEmpty())
                .map(row -> new TagCount(
                        URLDecoder.decode(String.valueOf(row.get(Searches.LABEL)), StandardCharsets.UTF_8),
                        Long.parseLong(String.valueOf(row.get(Searches.COUNT)))))
                .sorted(TagCount.MOST_FIRST)
                .limit(limit)
                .toList();
    }

    @Override
    protected Contents contents() {
        Replies.Info info = commands.info(definition()).orElseThrow(meta::missing);
        return new Contents(
                info.documents(),
                info.failures(),
                Map.of(
                        "index", keys.alias(),
                        "vectorType", meta.parameters().vectorType().name(),
                        "m", Integer.toString(meta.parameters().m()),
                        "efConstruction", Integer.toString(meta.parameters().efConstruction())));
    }
}
