package dev.clipstream.runtime.settings;

import static dev.clipstream.runtime.settings.InvalidSettingException.require;

import dev.clipstream.index.redis.detection.RedisEngine;
import dev.clipstream.index.redis.query.VectorType;
import dev.clipstream.index.redis.vectorset.Quantization;
import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The media index and the topology `indexing`, which fills it.
public record IndexSettings(
        @Description("Store of the media index: embedded (in this process), redis, none, or auto: redis if "
                + "index.url is set, otherwise embedded.")
        @DefaultValue("auto")
        IndexKind kind,

        @Description("Address of Redis 8: redis://[user[:password]@]host:port[/database], or rediss:// with "
                + "TLS. Clusters: redis-cluster://a:6379,b:6379; Sentinel: "
                + "redis-sentinel://a:26379,b:26379/primary; both with TLS: rediss-cluster://, "
                + "rediss-sentinel://.")
        @DefaultValue("")
        String url,

        @Description("Part of Redis that holds the index: query_engine (FT.*), vector_sets, or auto: the query "
                + "engine if the server has it.")
        @DefaultValue("auto")
        RedisEngine engine,

        @Description("Folder of the embedded index. Empty: in memory, filled again at each start.") @DefaultValue("")
        String path,

        @Description("Redis user (ACL). Empty: the user in index.url.") @DefaultValue("")
        String user,

        @Description("Redis password. Empty: the password in index.url.") @DefaultValue("")
        String password,

        @Description("Prefix of every Redis key.") @DefaultValue("media:")
        String prefix,

        @Description("How long opening a connection to Redis may take, including TLS.") @DefaultValue("2s")
        Duration connectTimeout,

        @Description("How long Redis may take to answer.") @DefaultValue("10s")
        Duration timeout,

        @Description("Maximum number of connections to Redis, at least 1.") @DefaultValue("16")
        int connections,

        @Description("Vector sets of a new index without the query engine, at least 1. More of them spread the "
                + "index over the nodes of a cluster; each search queries all of them.")
        @DefaultValue("1")
        int shards,

        @Description("Vectors in new vector sets: q8 (one byte per value) or noquant (four bytes).") @DefaultValue("q8")
        Quantization quantization,

        @Description("Vectors of a new index in the query engine: float32 or float16.") @DefaultValue("float32")
        VectorType vectorType,

        @Description("Neighbours of a node in the HNSW graph in Redis, at least 2.") @DefaultValue("16")
        int m,

        @Description("Candidates when a node is added to the HNSW graph in Redis, at least 1.") @DefaultValue("200")
        int efConstruction,

        @Description("Candidates of a search in the query engine that names no number, at least 1.")
        @DefaultValue("100")
        int efRuntime,

        @Description("Whether a Redis that was restarted is filled again with what it may not have saved, by "
                + "reading the topics from their beginning. Set it to false behind a proxy that forwards to "
                + "several servers in turn.")
        @DefaultValue("true")
        boolean replay,

        @Description("How long the index remembers deleted media. Set it longer than the age of "
                + "records that may be read again.")
        @DefaultValue("7d")
        Duration tombstones,

        @Description("Maximum number of writes in a batch, at least 1.") @DefaultValue("256")
        int batch,

        @Description("How long the oldest write waits for its batch to fill.") @DefaultValue("5ms")
        Duration linger,

        @Description("Maximum pause between attempts while the index is unavailable. Pauses begin at 100 ms "
                + "and double.")
        @DefaultValue("10s")
        Duration maxBackoff,

        @Description("Stream threads, at least 1.") @DefaultValue("1")
        int streamThreads) {
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
