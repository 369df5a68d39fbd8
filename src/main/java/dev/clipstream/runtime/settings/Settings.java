package dev.clipstream.runtime.settings;

import static dev.clipstream.runtime.settings.InvalidSettingException.require;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/// All settings with their defaults. `docs/settings.md` is generated from these records.
///
/// A value in the environment (`CLIPSTREAM_MODEL_PATH` for `model.path`) overrides one in the `--config` file, and
/// `--set` overrides both.
@ConfigurationProperties(value = "clipstream", ignoreUnknownFields = false)
public record Settings(
        @Description("Topologies that this instance runs: one or more of embedding, tagging, indexing.")
        @DefaultValue({"embedding", "tagging"})
        Set<TopologyName> topologies,

        @Description("Kafka brokers for the first connection: host:port, separated by commas.")
        @DefaultValue("localhost:9092")
        String bootstrapServers,

        @Description("Prefix of the Kafka application ids: <this>-embedding, <this>-tagging, "
                + "<this>-indexing-<index>. Instances that share the work have the same one.")
        @DefaultValue("clipstream")
        String applicationId,

        @Description("Name of this instance in its consumer groups (static membership). It stays the same "
                + "after a restart and differs between instances. Empty: no static membership.")
        @DefaultValue("")
        String instanceId,

        @Description("Any Kafka client or Kafka Streams property, such as kafka.security.protocol=SASL_SSL. "
                + "The prefixes consumer., producer. and admin. work as in Kafka Streams.")
        @DefaultValue
        Map<String, String> kafka,

        @DefaultValue TopicSettings topics,
        @DefaultValue ModelSettings model,
        @DefaultValue EmbeddingSettings embedding,
        @DefaultValue SourceSettings fetch,
        @DefaultValue TaggingSettings tagging,
        @DefaultValue IndexSettings index,
        @DefaultValue SearchSettings search,

        @Description("How long a stopping instance waits for records in flight. Records that are not finished "
                + "by then are processed again by another instance or after the restart.")
        @DefaultValue("30s")
        Duration shutdownTimeout,

        @Description("How long a topology may make no progress although events wait and the brokers answer. Then the "
                + "instance is not ready, and after twice the time it ends with exit code 3. 0: without limit.")
        @DefaultValue("3m")
        Duration stallTimeout,

        @Description("Format of log lines on standard error: json (ECS) or text.") @DefaultValue("json")
        String log) {

    /// The formats of log lines. Each has a `logback-*.xml`.
    public static final Set<String> LOGS = Set.of("json", "text");

    /// Kafka properties that have a setting of their own. Accepted under `kafka.`, they would be ignored silently.
    private static final Map<String, String> RESERVED = Map.of(
            "bootstrap.servers", "bootstrap-servers",
            "application.id", "application-id",
            "group.instance.id", "instance-id",
            "num.stream.threads", "embedding.stream-threads, tagging.stream-threads or index.stream-threads");

    /// The prefixes by which Kafka Streams directs a property to one kind of client.
    private static final Pattern PREFIX =
            Pattern.compile("^((main\\.|restore\\.|global\\.)?consumer|producer|admin)\\.");

    public Settings {
        require(!topologies.isEmpty(), "topologies", "embedding, tagging, indexing or several", topologies);
        require(applicationId.matches("[A-Za-z0-9._-]+"), "application-id", "letters, digits, . _ -", applicationId);
        require(!shutdownTimeout.isNegative(), "shutdown-timeout", "a duration of at least 0", shutdownTimeout);
        require(!stallTimeout.isNegative(), "stall-timeout", "a duration of at least 0", stallTimeout);
        require(LOGS.contains(log), "log", "json or text", log);
        for (Map.Entry<String, String> property : kafka.entrySet()) {
            String instead = RESERVED.get(PREFIX.matcher(property.getKey()).replaceFirst(""));
            require(
                    instead == null,
                    "kafka." + property.getKey(),
                    "no value because it has a setting of its own (set " + instead + ")",
                    property.getValue());
        }
        require(
                fetch.timeout().multipliedBy(3).compareTo(embedding.headTimeout()) <= 0,
                "fetch.timeout",
                "at most a third of embedding.head-timeout (" + embedding.headTimeout() + ")",
                fetch.timeout());
        topologies = Set.copyOf(topologies);
        kafka = Map.copyOf(kafka);
    }

    /// Returns the same settings with another Kafka property.
    public Settings withKafka(String property, String value) {
        Map<String, String> changed = new HashMap<>(kafka);
        changed.put(property, value);
        return new Settings(
                topologies,
                bootstrapServers,
                applicationId,
                instanceId,
                changed,
                topics,
                model,
                embedding,
                fetch,
                tagging,
                index,
                search,
                shutdownTimeout,
                stallTimeout,
                log);
    }

    /// Binds settings from properties alone.
    ///
    /// @param properties full names, such as `clipstream.embedding.batch`
    /// @throws org.springframework.boot.context.properties.bind.BindException if a value is not valid; see
    ///         [SettingException#of]
    public static Settings of(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate("clipstream", Settings.class);
    }
}
