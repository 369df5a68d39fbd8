package dev.clipstream.runtime;

import dev.clipstream.event.Topics;
import dev.clipstream.image.DecodeMode;
import dev.clipstream.index.RedisEngine;
import dev.clipstream.index.RedisSettings.Quantization;
import dev.clipstream.index.VectorType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/// Everything that can be set, with its default; `docs/settings.md` is generated from these records.
///
/// A setting comes from (later goes first) the `--config` file, the environment (`CLIPSTREAM_MODEL_PATH` for
/// `model.path`) and
/// `--set`.
@ConfigurationProperties(value = "clipstream", ignoreUnknownFields = false)
public record Settings(
        @Description("The topologies this instance runs: embedding, tagging, indexing, or several.")
        @DefaultValue({"embedding", "tagging"})
        Set<TopologyName> topologies,

        @Description("The Kafka brokers to start from: host:port, with commas between.") @DefaultValue("localhost:9092")
        String bootstrapServers,

        @Description("Begins the Kafka application ids: <this>-embedding, <this>-tagging, <this>-indexing-<index>."
                + " Instances that share work share it.")
        @DefaultValue("clipstream")
        String applicationId,

        @Description("This instance's name in its consumer groups, the same after a restart (static membership). Empty:"
                + " none.")
        @DefaultValue("")
        String instanceId,

        @Description(
                "Any Kafka client or Streams property, such as kafka.security.protocol=SASL_SSL; prefixes consumer.,"
                        + " producer., admin. work as in Streams.")
        @DefaultValue
        Map<String, String> kafka,

        @DefaultValue TopicSettings topics,
        @DefaultValue ModelSettings model,
        @DefaultValue EmbeddingSettings embedding,
        @DefaultValue SourceSettings fetch,
        @DefaultValue TaggingSettings tagging,
        @DefaultValue IndexSettings index,
        @DefaultValue SearchSettings search,

        @Description("How long a stopping instance may finish what is in flight before it drops it (it is done again"
                + " elsewhere).")
        @DefaultValue("30s")
        Duration shutdownTimeout,

        @Description("How log lines look on standard error: json (ECS) or text.") @DefaultValue("json")
        String log) {

    /// How log lines may look; each has a `logback-*.xml`.
    static final Set<String> LOGS = Set.of("json", "text");

    /// Kafka properties that have a setting of their own, which would lose against it in silence.
    private static final Map<String, String> RESERVED = Map.of(
            "bootstrap.servers", "bootstrap-servers",
            "application.id", "application-id",
            "group.instance.id", "instance-id",
            "num.stream.threads", "embedding.stream-threads, tagging.stream-threads or index.stream-threads");

    public Settings {
        require(!topologies.isEmpty(), "topologies", "embedding, tagging, indexing or several", topologies);
        require(applicationId.matches("[A-Za-z0-9._-]+"), "application-id", "letters, digits, . _ -", applicationId);
        require(!shutdownTimeout.isNegative(), "shutdown-timeout", "a duration of at least 0", shutdownTimeout);
        require(LOGS.contains(log), "log", "json or text", log);
        for (Map.Entry<String, String> property : kafka.entrySet()) {
            String ours = RESERVED.get(property.getKey());
            require(ours == null, "kafka." + property.getKey(), "nothing, but " + ours + " does", property.getValue());
        }
        require(
                fetch.timeout().multipliedBy(3).compareTo(embedding.headTimeout()) <= 0,
                "fetch.timeout",
                "at most a third of embedding.head-timeout (" + embedding.headTimeout() + ")",
                fetch.timeout());
        topologies = Set.copyOf(topologies);
        kafka = Map.copyOf(kafka);
    }

    /// Reads settings from properties alone.
    ///
    /// @param properties full names, such as `clipstream.embedding.batch`
    /// @throws org.springframework.boot.context.properties.bind.BindException if a value is none of its setting
    public static Settings of(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("clipstream", Settings.class);
    }

    /// The topics.
    public record TopicSettings(
            @Description("Topic of upload events.") @DefaultValue("media.uploaded")
            String uploaded,

            @Description("Topic of vectors.") @DefaultValue("media.embedded")
            String embedded,

            @Description("Topic of tags.") @DefaultValue("media.tagged")
            String tagged,

            @Description("Topic of rejections.") @DefaultValue("media.rejected")
            String rejected,

            @Description("Topic of label sets (read by a later version).") @DefaultValue("media.labels")
            String labels,

            @Description("Create missing topics at start; otherwise a missing one stops the start with an error.")
            @DefaultValue("false")
            boolean create,

            @Description("Partitions of a topic that is created, at least 1.") @DefaultValue("4")
            int partitions,

            @Description("Replicas of a topic that is created; -1: the broker's default.") @DefaultValue("-1")
            short replicationFactor) {
        public TopicSettings {
            require(partitions >= 1, "topics.partitions", "at least 1", partitions);
            require(
                    replicationFactor == -1 || replicationFactor >= 1,
                    "topics.replication-factor",
                    "at least 1, or -1",
                    replicationFactor);
        }

        /// Every one.
        Set<String> all() {
            return Set.of(uploaded, embedded, tagged, rejected, labels);
        }

        /// The names alone.
        public Topics names() {
            return new Topics(uploaded, embedded, tagged, rejected, labels);
        }
    }

    /// The model.
    public record ModelSettings(
            @Description("The model bundle: DIR (fp32 weights, else the best there are) or DIR#WEIGHTS such as"
                    + " models/clip#fp16. Empty: the bundled model.")
            @DefaultValue("")
            String path,

            @Description("Where it runs: auto, cpu, cuda:0,1 or tensorrt.") @DefaultValue("auto")
            String devices,

            @Description("Threads of the model on a CPU, over all its batches; 0: as many as cores.") @DefaultValue("0")
            int threads,

            @Description(
                    "Batches that run side by side on a CPU, with the threads divided among them; 0: as many as threads, which is the most pictures/s. 1 gives a lone picture all threads.")
            @DefaultValue("0")
            int batches) {
        public ModelSettings {
            require(threads >= 0, "model.threads", "at least 0", threads);
            require(batches >= 0, "model.batches", "at least 0", batches);
        }
    }

    /// The embedding topology.
    public record EmbeddingSettings(
            @Description("How JPEGs are decoded: fast (smallest sufficient DCT scale) or exact (every pixel).")
            @DefaultValue("fast")
            DecodeMode decode,

            @Description("Most pictures in a batch; 0: 8 on a CPU, 64 on a GPU.") @DefaultValue("0")
            int batch,

            @Description("How long the oldest picture waits for its batch to fill.") @DefaultValue("5ms")
            Duration linger,

            @Description(
                    "Most events in flight a partition, at least 4; 0: four batches, or two for each that runs at once.")
            @DefaultValue("0")
            int window,

            @Description("Threads that decode; 0: as many as cores.") @DefaultValue("0")
            int decodeThreads,

            @Description("Stream threads; 1 or 2 suffice, the work is done elsewhere.") @DefaultValue("1")
            int streamThreads,

            @Description(
                    "How long a picture may take once its bytes are there, if others go past it, before it is rejected as stuck; at least three times fetch.timeout.")
            @DefaultValue("60s")
            Duration headTimeout,

            @Description(
                    "Most bytes of an encoded picture; a fetch needs twice as many, which half of the heap must hold.")
            @DefaultValue("33554432")
            long maxBytes,

            @Description("Most pixels of a picture, width times height. All decoding at once takes at most half of the"
                    + " heap.")
            @DefaultValue("100000000")
            long maxPixels,

            @Description(
                    "Most bytes of events in flight a partition; a single larger one is let in alone. All partitions of an instance together are paused at an eighth of the heap.")
            @DefaultValue("67108864")
            long windowBytes) {
        public EmbeddingSettings {
            require(batch >= 0, "embedding.batch", "at least 0", batch);
            require(window == 0 || window >= 4, "embedding.window", "0 or at least 4", window);
            require(decodeThreads >= 0, "embedding.decode-threads", "at least 0", decodeThreads);
            require(streamThreads >= 1, "embedding.stream-threads", "at least 1", streamThreads);
            require(linger.toNanos() >= 0, "embedding.linger", "at least 0", linger);
            require(headTimeout.isPositive(), "embedding.head-timeout", "above 0", headTimeout);
            require(maxBytes >= 1, "embedding.max-bytes", "at least 1", maxBytes);
            require(maxPixels >= 1, "embedding.max-pixels", "at least 1", maxPixels);
            require(windowBytes >= 1, "embedding.window-bytes", "at least 1", windowBytes);
        }
    }

    /// Fetching.
    public record SourceSettings(
            @Description("Folders that file: URIs may point into, with commas between. Empty: none may.") @DefaultValue
            List<Path> allowedRoots,

            @Description(
                    "Networks (CIDR) and addresses that may be connected to although they are private or loopback.")
            @DefaultValue
            List<String> allowedNetworks,

            @Description("How long a connection may take, TLS included.") @DefaultValue("3s")
            Duration connectTimeout,

            @Description("The longest silence of a server within an attempt.") @DefaultValue("5s")
            Duration readTimeout,

            @Description(
                    "How long a fetch may take in all, redirects and retries included, waiting for its turn and for memory not; at most a third of embedding.head-timeout.")
            @DefaultValue("20s")
            Duration timeout,

            @Description("Most attempts, at least 1; only what may pass by itself is tried again.") @DefaultValue("3")
            int maxAttempts,

            @Description("The longest first pause between attempts; it doubles, with full jitter.")
            @DefaultValue("200ms")
            Duration firstBackoff,

            @Description("Where the doubling ends.") @DefaultValue("2s")
            Duration maxBackoff,

            @Description(
                    "Most fetches at once, at least 1. All that was fetched and waits for its decoder takes at most a quarter of the heap.")
            @DefaultValue("128")
            int maxConcurrent,

            @Description(
                    "Most fetches at once from one host (and of files), so that a slow one does not hold them all; 0: a quarter of fetch.max-concurrent.")
            @DefaultValue("0")
            int maxPerHost,

            @Description("Most redirects.") @DefaultValue("3")
            int maxRedirects) {
        public SourceSettings {
            require(maxConcurrent >= 1, "fetch.max-concurrent", "at least 1", maxConcurrent);
            require(maxPerHost >= 0, "fetch.max-per-host", "at least 0", maxPerHost);
            allowedRoots = List.copyOf(allowedRoots);
            allowedNetworks = List.copyOf(allowedNetworks);
        }

        /// Most fetches at once from one host, at least 1.
        int perHost() {
            return maxPerHost == 0 ? Math.max(1, maxConcurrent / 4) : maxPerHost;
        }
    }

    /// The tagging topology.
    public record TaggingSettings(
            @Description("The label set's YAML file. Empty: about 200 everyday labels.") @DefaultValue("")
            String labels,

            @Description("Stream threads.") @DefaultValue("1")
            int streamThreads) {
        public TaggingSettings {
            require(streamThreads >= 1, "tagging.stream-threads", "at least 1", streamThreads);
        }
    }

    /// The media index and the topology that fills it.
    public record IndexSettings(
            @Description(
                    "What keeps the media index: embedded (this process), redis, none, or auto: redis if index.url is"
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

            @Description("The folder of the embedded index. Empty: in memory, filled anew at each start.")
            @DefaultValue("")
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

            @Description("How a new index in the query engine keeps vectors: float32 or float16.")
            @DefaultValue("float32")
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

            @Description(
                    "The longest pause between attempts while the index is away; pauses begin at 100 ms and double.")
            @DefaultValue("10s")
            Duration maxBackoff,

            @Description("Stream threads.") @DefaultValue("1")
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

        /// Whether it is kept in Redis.
        public boolean isRedis() {
            return kind == IndexKind.REDIS || (kind == IndexKind.AUTO && !url.isEmpty());
        }
    }

    /// Lookups over HTTP, in the index that this instance fills.
    public record SearchSettings(
            @Description(
                    "Other models, DIR[#WEIGHTS] each, that lookups are answered with while their index is the live one"
                            + " (clipstream index switch).")
            @DefaultValue
            List<String> models,

            @Description(
                    "Keys of those who may look things up, sent as Authorization: Bearer KEY. Empty: anybody on this"
                            + " machine, and nobody elsewhere.")
            @DefaultValue
            List<String> apiKeys,

            @Description("Most results of a lookup, at least 1.") @DefaultValue("1000")
            int maxResults,

            @Description(
                    "Most bytes of a lookup's body, at least 1024; a picture in it takes four thirds of its own size.")
            @DefaultValue("4194304")
            int maxBytes,

            @Description("Texts whose vectors are kept for those who ask the same again, at least 0.")
            @DefaultValue("10000")
            int knownTexts,

            @Description(
                    "The file that clipstream index calibrate made for the model: results then tell their percentile"
                            + " among unrelated pairs. Empty: they do not.")
            @DefaultValue("")
            String calibration) {
        public SearchSettings {
            models = List.copyOf(models);
            apiKeys = List.copyOf(apiKeys);
            require(apiKeys.stream().noneMatch(String::isBlank), "search.api-keys", "no empty key", "one");
            require(maxResults >= 1, "search.max-results", "at least 1", maxResults);
            require(
                    maxBytes >= 1024 && maxBytes < Integer.MAX_VALUE,
                    "search.max-bytes",
                    "1024 to " + (Integer.MAX_VALUE - 1),
                    maxBytes);
            require(knownTexts >= 0, "search.known-texts", "at least 0", knownTexts);
        }
    }

    private static void require(boolean holds, String setting, String expected, Object found) {
        if (!holds) {
            throw new IllegalArgumentException("The setting " + setting + " takes " + expected + ", found " + found);
        }
    }
}
