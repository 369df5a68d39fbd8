package dev.clipstream.runtime.settings;

import static dev.clipstream.runtime.settings.InvalidSettingException.require;

import dev.clipstream.index.redis.engine.RedisEngine;
import dev.clipstream.index.redis.query.VectorType;
import dev.clipstream.index.redis.vectorset.Quantization;
import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The media index and the topology that fills it.
public record IndexSettings(
        @Description("What keeps the media index: embedded (this process), redis, none, or auto: redis if index.url is"
                + " set, else embedded.")
        @DefaultValue("auto")
        IndexKind kind,

        @Description("Where Redis 8 is: redis://[user[:password]@]host:port[/database], rediss:// with TLS;"
                + " redis-cluster://a:6379,b:6379 and redis-sentinel://a:26379,b:26379/primary, each with"
                + " rediss- too.")
        @DefaultValue("")
        String url,

        @Description("What of Redis keeps the index: query_engine (FT.*), vector_sets, or auto: the query engine if"
                + " the server has it.")
        @DefaultValue("auto")
        RedisEngine engine,

        @Description("The folder of the embedded index. Empty: in memory, filled anew at each start.") @DefaultValue("")
        String path,

        @Description("Redis user (ACL). Empty: that of the URL.") @DefaultValue("")
        String user,

        @Description("Redis password. Empty: that of the URL.") @DefaultValue("")
        String password,

        @Description("Begins every Redis key.") @DefaultValue("media:")
        String prefix,

        @Description("How long a connection to Redis may take, TLS included.") @DefaultValue("2s")
        Duration connectTimeout,

        @Description("How long an answer of Redis may take.") @DefaultValue("10s")
        Duration timeout,

        @Description("Most connections to Redis, at least 1.") @DefaultValue("16")
        int connections,

        @Description(
                "Vector sets of a new index without the query engine, at least 1: more spread it over the nodes of a cluster; each lookup"
                        + " asks all of them.")
        @DefaultValue("1")
        int shards,

        @Description("How new vector sets keep vectors: q8 (a byte a value) or noquant (four).") @DefaultValue("q8")
        Quantization quantization,

        @Description("How a new index in the query engine keeps vectors: float32 or float16.") @DefaultValue("float32")
        VectorType vectorType,

        @Description("Neighbours of a node in the HNSW graph in Redis, at least 2.") @DefaultValue("16")
        int m,

        @Description("Candidates while the HNSW graph in Redis is built, at least 1.") @DefaultValue("200")
        int efConstruction,

        @Description("Candidates that a search in the query engine weighs unless it says how many, at least 1.")
        @DefaultValue("100")
        int efRuntime,

        @Description(
                "Whether a Redis that was restarted is given again what it may not have saved, by reading the topics"
                        + " from their beginning. Not behind a proxy that answers for several servers in turn.")
        @DefaultValue("true")
        boolean replay,

        @Description("How long Redis remembers deletions: longer than the topics are ever replayed.")
        @DefaultValue("7d")
        Duration tombstones,

        @Description("Most writes in a batch, at least 1.") @DefaultValue("256")
        int batch,

        @Description("How long the oldest write waits for its batch to fill.") @DefaultValue("5ms")
        Duration linger,

        @Description("The longest pause between attempts while the index is away; pauses begin at 100 ms and double.")
        @DefaultValue("10s")
        Duration maxBackoff,

        @Description("Stream threads.") @DefaultValue("1") int streamThreads) {
    public IndexSettings {
        require(connections >= 1, "index.connections", "at least 1", connections);
        require(shards >= 1, "index.shards", "at least 1", shards);
        require(m >= 2, "index.m", "at least 2", m);
        require(efConstruction >= 1, "index.ef-construction", "at least 1", efConstruction);
        require(efRuntime >= 1, "index.ef-runtime", "at least 1", efRuntime);
        require(batch >= 1, "index.batch", "at least 1", batch);
        require(!linger.isNegative(), "index.linger", "at least 0", linger);
        require(maxBackoff.toMillis() >= 100, "index.max-backoff", "at least 100ms", maxBackoff);
        require(streamThreads >= 1, "index.stream-threads", "at least 1", streamThreads);
    }
}
