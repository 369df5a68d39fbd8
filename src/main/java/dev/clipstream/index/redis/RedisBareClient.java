package dev.clipstream.index.redis;

import dev.clipstream.index.BareClient;
import java.util.List;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;

/// A bare client of Redis: what is the same in every engine.
public abstract class RedisBareClient implements BareClient {
    private final RedisSettings settings;
    private final RedisConnections redis;

    /// @param settings with a prefix of its own: closing removes every key that begins with it
    protected RedisBareClient(RedisSettings settings) {
        this.settings = settings;
        this.redis = new RedisConnections(settings);
    }

    /// The client's own connections, closed with it.
    protected final RedisConnections redis() {
        return redis;
    }

    @Override
    public final void write(List<Document> documents) {
        await(redis.pipeline(pipeline -> documents.stream()
                .flatMap(document -> write(pipeline, document).stream())
                .toList()));
    }

    /// Sends the commands that write a document.
    protected abstract List<Response<?>> write(AbstractPipeline pipeline, Document document);

    /// Reads answers, so that a refusal is noticed.
    protected final void await(List<? extends Response<?>> answers) {
        answers.forEach(redis::value);
    }

    @Override
    public final long usedBytes() {
        return redis.usedBytes();
    }

    @Override
    public final void close() {
        try (redis) {
            removeDefinitions();
            redis.clear(settings.prefix());
        }
    }

    /// Removes what the engine keeps that is not a key.
    protected void removeDefinitions() {}
}
