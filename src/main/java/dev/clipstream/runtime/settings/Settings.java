package dev.clipstream.runtime.settings;

import static dev.clipstream.runtime.settings.InvalidSettingException.require;

import java.time.Duration;
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
    public static final Set<String> LOGS = Set.of("json", "text");

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

    /// Binds settings from properties alone.
    ///
    /// @param properties full names, such as `clipstream.embedding.batch`
    /// @throws org.springframework.boot.context.properties.bind.BindException if a value is none of its setting
    public static Settings of(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("clipstream", Settings.class);
    }
}
