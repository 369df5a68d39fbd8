package dev.clipstream.index.redis.query;

import static dev.clipstream.index.redis.Utf8.bytes;

import dev.clipstream.clip.Embedding;
import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.index.IndexMissingException;
import dev.clipstream.index.IndexName;
import dev.clipstream.index.NearestQuery;
import dev.clipstream.index.redis.IndexMeta;
import dev.clipstream.index.redis.IndexState;
import dev.clipstream.index.redis.MediaFields;
import dev.clipstream.index.redis.RedisBareClient;
import dev.clipstream.index.rules.FilterTokens;
import java.util.List;
import java.util.UUID;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.ClusterCommandArguments;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.Response;

/// Bare commands of the query engine.
final class QueryBareClient extends RedisBareClient {
    private final QueryEngineSettings settings;
    private final Commands commands;
    private final Keys measured;
    private final Keys own;
    private final String definition;

    /// @param settings with a prefix of its own: closing removes every key that begins with it
    /// @param model    whose index is measured
    /// @throws dev.clipstream.index.IndexUnavailableException if the server does not answer, or refuses
    QueryBareClient(QueryEngineSettings settings, ModelIdentity model) {
        super(settings.redis());
        this.settings = settings;
        this.commands = new Commands(redis());
        this.measured = new Keys(settings.redis().prefix(), IndexName.of(model));
        this.own = new Keys(settings.redis().prefix(), "bare-" + UUID.randomUUID());
        IndexMeta<QueryParameters> meta = new IndexMeta<>(
                own.name(),
                model,
                UUID.randomUUID().toString(),
                new QueryParameters(
                        settings.vectorType(),
                        settings.redis().m(),
                        settings.redis().efConstruction()),
                IndexState.NEW);
        this.definition = own.definition(meta.born());
        commands.create(Definition.create(own, meta, settings.efRuntime()));
    }

    @Override
    protected List<Response<?>> write(AbstractPipeline pipeline, Document document) {
        CommandArguments command = new ClusterCommandArguments(Protocol.Command.HSET)
                .key(bytes(own.doc(document.mediaId())))
                .add(Definition.MEDIA_ID)
                .add(document.mediaId())
                .add(Definition.VECTOR)
                .add(settings.vectorType().write(document.vector()))
                .add(Definition.ATTRIBUTES)
                .add(HashWriter.attributes(document.details()))
                .add(Definition.TAGS)
                .add(String.join(",", FilterQuery.words(document.tags())))
                .add(Definition.LABEL_SET)
                .add(FilterTokens.encode(document.tags().labelSet()));
        MediaFields.of(document.details()).forEach(command::add);
        MediaFields.of(document.tags()).forEach(command::add);
        return List.of(pipeline.sendCommand(command));
    }

    @Override
    public List<String> nearest(Embedding vector, int limit, int effort) {
        NearestQuery query = NearestQuery.of(vector, limit).withEffort(effort);
        Object reply = commands.ask(
                Command.SEARCH,
                Searches.nearest(measured.alias(), settings.vectorType(), query, limit, settings),
                () -> new IndexMissingException(
                        "The index " + measured.name() + " was expected, found none: start again"));
        List<String> ids = Replies.documents(reply).stream()
                .limit(limit)
                .map(fields -> String.valueOf(fields.get(Definition.MEDIA_ID)))
                .toList();
        await(redis().pipeline(pipeline -> ids.stream()
                .map(id -> pipeline.hmget(bytes(measured.doc(id)), MediaFields.names()))
                .toList()));
        return ids;
    }

    @Override
    protected void removeDefinitions() {
        commands.drop(definition);
        commands.list(measured.definitions()).forEach(commands::drop);
    }
}
