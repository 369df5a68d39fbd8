package dev.clipstream.index;

import static dev.clipstream.index.RedisScript.bytes;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.Response;

/// Bare commands of the query engine.
public final class QueryBareClient implements BareClient {
    private final RedisSettings settings;
    private final RedisConnections redis;
    private final QueryEngine engine;
    private final QueryKeys measured;
    private final QueryKeys own;
    private final String definition;

    private QueryBareClient(RedisSettings settings, ModelIdentity model) {
        this.settings = settings;
        this.redis = new RedisConnections(settings);
        this.engine = new QueryEngine(redis);
        this.measured = new QueryKeys(settings.prefix(), IndexName.of(model));
        this.own = new QueryKeys(settings.prefix(), "bare-" + UUID.randomUUID());
        QueryMeta meta = new QueryMeta(
                model,
                UUID.randomUUID().toString(),
                settings.vectorType(),
                settings.m(),
                settings.efConstruction(),
                IndexState.NEW);
        this.definition = own.definition(meta.born());
        engine.create(QueryDefinition.create(own, meta, settings.efRuntime()));
    }

    /// A client of the server that has the index of a model.
    ///
    /// @param settings its prefix is nobody else's: closing removes every key that begins with it
    /// @throws IndexUnavailableException if the server is away or refuses
    public static QueryBareClient at(RedisSettings settings, ModelIdentity model) {
        return new QueryBareClient(settings, model);
    }

    @Override
    public void write(List<Document> documents) {
        redis.pipeline(pipeline -> {
                    List<Response<?>> asked = new ArrayList<>();
                    documents.forEach(document -> asked.add(pipeline.sendCommand(hash(document))));
                    return asked;
                })
                .forEach(Response::get);
    }

    private CommandArguments hash(Document document) {
        CommandArguments command = new CommandArguments(Protocol.Command.HSET)
                .key(bytes(own.doc(document.mediaId())))
                .add(QueryDefinition.MEDIA_ID)
                .add(document.mediaId())
                .add(QueryDefinition.VECTOR)
                .add(settings.vectorType().write(document.vector()))
                .add(QueryDefinition.ATTRIBUTES)
                .add(document.details().attributes().entrySet().stream()
                        .map(FilterTokens::attribute)
                        .collect(Collectors.joining(",")))
                .add(QueryDefinition.TAGS)
                .add(String.join(",", QueryFilter.words(document.tags())))
                .add(QueryDefinition.LABEL_SET)
                .add(FilterTokens.encode(document.tags().labelSet()));
        MediaFields.of(document.details()).forEach(command::add);
        MediaFields.of(document.tags()).forEach(command::add);
        return command;
    }

    @Override
    public List<String> nearest(Embedding vector, int limit, int effort) {
        NearestQuery query = NearestQuery.of(vector, limit).withEffort(effort);
        Object reply = engine.ask(
                QueryCommand.SEARCH,
                QueryMediaIndex.nearestArguments(measured.alias(), settings.vectorType(), query, limit, settings),
                () -> new IndexMissingException(
                        "The index " + measured.name() + " was expected, found none: start again"));
        List<String> ids = QueryReplies.documents(reply).stream()
                .limit(limit)
                .map(fields -> String.valueOf(fields.get(QueryDefinition.MEDIA_ID)))
                .toList();
        redis.pipeline(pipeline -> ids.stream()
                        .map(id -> pipeline.hmget(bytes(measured.doc(id)), MediaFields.names()))
                        .toList())
                .forEach(Response::get);
        return ids;
    }

    @Override
    public long usedBytes() {
        return redis.usedBytes();
    }

    @Override
    public void close() {
        try (redis) {
            engine.drop(definition);
            engine.list(measured.definitions()).forEach(engine::drop);
            redis.clear(settings.prefix());
        }
    }
}
