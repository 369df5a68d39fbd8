package dev.clipstream.runtime.kafka;

import dev.clipstream.runtime.kafka.group.GroupCheck;
import dev.clipstream.runtime.kafka.group.GroupIdentity;
import dev.clipstream.runtime.settings.SettingException;
import dev.clipstream.runtime.settings.Settings;
import dev.clipstream.runtime.settings.TopologyName;
import dev.clipstream.tag.TextVectorStore;
import dev.clipstream.topology.async.StageLimits;
import dev.clipstream.topology.tagging.StoreMemory;
import dev.clipstream.topology.tagging.TaggingTopology;
import dev.clipstream.topology.wiring.StageStreamsConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.StreamsConfig;

/// Decides which value of a Kafka property wins, for every client of an instance: streams, admin, producers and
/// consumers.
///
/// Each layer overrides those below it:
///
/// | | Layer | Examples |
/// |---|---|---|
/// | 1 | what the client's own code depends on | `group.id`, `isolation.level` of a client without a group |
/// | 2 | properties that have a setting of their own | `bootstrap.servers`, `application.id`, `num.stream.threads` |
/// | 3 | the user's `kafka.*`, a longer prefix over a shorter one | `kafka.consumer.max.poll.records` |
/// | 4 | defaults of a topology | `processing.guarantee`, `main.consumer.isolation.level` |
/// | 5 | defaults of held offsets ([StageStreamsConfig]) | `commit.interval.ms`, `main.consumer.max.poll.records` |
/// | 6 | defaults of Kafka Streams, then of the Kafka clients | |
///
/// A default gives way to the user's value of the same property under any prefix that covers the client
/// ([StageStreamsConfig#overlay]). [Settings] refuses `kafka.*` for the properties of layer 2, and [StageStreamsConfig]
/// refuses values that break held offsets, so that no value of the user is ignored silently. Layer 1 is the exception:
/// it overrides the user without a message, because it concerns one client, and the value may be right for the others.
///
/// Prefixes work as in Kafka Streams for all clients: `admin.` applies to admin clients, `producer.` to producers,
/// `consumer.` and `restore.consumer.` to consumers outside of a topology. Kafka Streams leaves its own properties out
/// of the clients' properties. Clients outside of a topology are always named `<application-id>-<name>`.
///
/// Commands that are Kafka clients have layers 2, 3 and their own defaults, see [#layered]. Immutable.
public final class KafkaProperties {
    private static final int METADATA_MAX_AGE_MILLIS = 30_000;

    /// The shortest interval that Kafka Streams allows.
    private static final long PROBING_MILLIS = 60_000;

    private final Settings settings;

    public KafkaProperties(Settings settings) {
        this.settings = settings;
    }

    /// Returns the properties of a client that has no other settings than Kafka's.
    ///
    /// @param defaults         overridden by all others
    /// @param user             the user's properties
    /// @param bootstrapServers override `bootstrap.servers` of the user
    public static Map<String, Object> layered(Map<String, ?> defaults, Map<String, ?> user, String bootstrapServers) {
        Map<String, Object> properties = new LinkedHashMap<>(defaults);
        properties.putAll(user);
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        return properties;
    }

    /// Returns the properties of an admin client.
    ///
    /// @param name of the client, which follows the application id in `client.id`
    /// @throws ConfigException if a `kafka.*` property is not valid
    public Map<String, Object> admin(String name) {
        return clients().getAdminConfigs(clientId(name));
    }

    /// Returns the properties of a producer.
    ///
    /// @param name     of the client, which follows the application id in `client.id`
    /// @param required override the user's properties
    /// @throws ConfigException if a `kafka.*` property is not valid
    public Map<String, Object> producer(String name, Map<String, ?> required) {
        return with(clients().getProducerConfigs(clientId(name)), required);
    }

    /// Returns the properties of a consumer of committed records that belongs to no group and commits no offsets.
    ///
    /// @param name     of the client, which follows the application id in `client.id`
    /// @param required override the user's properties
    /// @throws ConfigException if a `kafka.*` property is not valid
    public Map<String, Object> consumer(String name, Map<String, ?> required) {
        Map<String, Object> properties = clients().getRestoreConsumerConfigs(clientId(name));
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        return with(properties, required);
    }

    /// Returns the configuration of a topology's Kafka Streams client.
    ///
    /// @param suffix  of the application id `<application-id>-<topology><suffix>`
    /// @param limits  of the topology's stage
    /// @param threads stream threads
    /// @throws SettingException if a `kafka.*` property is not valid, or not safe with held offsets
    StreamsConfig streams(TopologyName topology, String suffix, StageLimits limits, int threads)
            throws SettingException {
        Map<String, Object> defaults = new HashMap<>();
        defaults.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, topology.guarantee());
        // an aborted record is not a result; exactly-once processing sets this too
        defaults.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.ISOLATION_LEVEL_CONFIG), "read_committed");
        // a topic's new partitions are read after this time; Kafka's default is five minutes
        defaults.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.METADATA_MAX_AGE_CONFIG), METADATA_MAX_AGE_MILLIS);
        // a new instance gets partitions when it has restored their stores; Kafka's default is ten minutes
        defaults.put(StreamsConfig.PROBING_REBALANCE_INTERVAL_MS_CONFIG, PROBING_MILLIS);
        defaults.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, StoreMemory.class);
        if (isStaticMember()) {
            // threads and metrics keep their names after a restart
            defaults.put(StreamsConfig.CLIENT_ID_CONFIG, settings.instanceId() + "-" + topology.label());
        }
        Map<String, Object> properties = StageStreamsConfig.overlay(defaults, settings.kafka());
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads);
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers());
        try {
            return StageStreamsConfig.of(
                    applicationId(topology, suffix),
                    isStaticMember() ? settings.instanceId() : null,
                    limits,
                    properties);
        } catch (ConfigException e) {
            throw new SettingException(String.valueOf(e.getMessage()), e);
        }
    }

    /// Returns the check of the consumer groups that a topology's group has to agree with.
    ///
    /// @param suffix of the application id `<application-id>-<topology><suffix>`
    GroupCheck groupCheck(TopologyName topology, String suffix, GroupIdentity identity) {
        return new GroupCheck(
                admin(topology.label() + suffix + "-groups"),
                settings.applicationId(),
                settings.instanceId(),
                settings.topics().shared(),
                topology,
                applicationId(topology, suffix),
                identity);
    }

    /// Returns whether this instance keeps its place in its consumer groups across a restart.
    boolean isStaticMember() {
        return !settings.instanceId().isEmpty();
    }

    /// Returns the application id of a topology's Kafka Streams client, which is its consumer group's name too.
    String applicationId(TopologyName topology, String suffix) {
        return settings.applicationId() + "-" + topology.label() + suffix;
    }

    /// Returns the folder of the instance's state, which Kafka Streams uses, too.
    public Path stateFolder() {
        return Path.of(clients().getString(StreamsConfig.STATE_DIR_CONFIG));
    }

    /// Returns the folder of the vectors of prompts: in `state.dir` if that is set, otherwise one that the user's
    /// processes on this machine share.
    public static Path textVectors(Map<String, ?> kafka) {
        Object given = kafka.get(StreamsConfig.STATE_DIR_CONFIG);
        Path folder = given == null
                ? Path.of(System.getProperty("java.io.tmpdir"), "clipstream-" + System.getProperty("user.name"))
                : Path.of(given.toString());
        return folder.resolve(TextVectorStore.FOLDER);
    }

    /// Returns the names of the topics that Kafka Streams keeps for the topologies of this instance. Each has the
    /// partitions of `media.embedded`.
    public List<String> changelogs() {
        return settings.topologies().contains(TopologyName.TAGGING)
                ? TaggingTopology.changelogs(applicationId(TopologyName.TAGGING, ""))
                : List.of();
    }

    /// Returns the name of the topic of the progress of re-tagging.
    String retaggingChangelog() {
        return retaggingChangelog(settings.applicationId());
    }

    /// Returns the name of the topic of the progress of re-tagging.
    ///
    /// @param applicationId that instances share
    public static String retaggingChangelog(String applicationId) {
        return TaggingTopology.retaggingChangelog(applicationId + "-" + TopologyName.TAGGING.label());
    }

    private String clientId(String name) {
        return settings.applicationId() + "-" + name;
    }

    /// Kafka Streams sorts the user's properties by client.
    private StreamsConfig clients() {
        Map<String, Object> properties = layered(Map.of(), settings.kafka(), settings.bootstrapServers());
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.applicationId());
        return new StreamsConfig(properties);
    }

    private static Map<String, Object> with(Map<String, Object> properties, Map<String, ?> required) {
        Map<String, Object> all = new HashMap<>(properties);
        all.putAll(required);
        return all;
    }
}
