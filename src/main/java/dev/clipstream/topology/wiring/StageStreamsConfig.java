package dev.clipstream.topology.wiring;

import dev.clipstream.topology.async.StageLimits;
import dev.clipstream.topology.gate.RecordGate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.DefaultProductionExceptionHandler;
import org.apache.kafka.streams.errors.LogAndFailProcessingExceptionHandler;
import org.jspecify.annotations.Nullable;

/// The Kafka Streams settings under which held offsets are safe, with the user's own on top.
///
/// Anything may be overridden that does not break the safety; what does is refused with the reason. Settings are
/// those of [StreamsConfig], with its prefixes (`consumer.`, `main.consumer.`, `producer.`).
public final class StageStreamsConfig {
    private static final long COMMIT_INTERVAL_MILLIS = 100;

    /// Outputs hold at most what is carried, the media id and a vector or tags; this is what topics take by default.
    private static final int MAX_REQUEST_BYTES = 1 << 20;

    private static final int LEAST_REQUEST_BYTES = 2 * RecordGate.MAX_CARRIED_BYTES;
    private static final List<String> CONSUMER_PREFIXES =
            List.of("", StreamsConfig.CONSUMER_PREFIX, StreamsConfig.MAIN_CONSUMER_PREFIX);

    private StageStreamsConfig() {}

    /// @param applicationId consumer group and prefix of what Kafka Streams makes
    /// @param instanceId    static membership: the same after a restart, unlike that of any other instance. Null:
    ///                      none, each start rebalances
    /// @param limits        of the topology's stage
    /// @param overrides     the user's settings, which go before ours; at least `bootstrap.servers`
    /// @throws ConfigException if an override breaks the safety, or is none
    public static StreamsConfig of(
            String applicationId, @Nullable String instanceId, StageLimits limits, Map<String, ?> overrides) {
        Map<String, Object> settings = new HashMap<>(defaults(applicationId, instanceId, limits));
        settings.putAll(overrides);
        refuseUnsafe(settings, limits);
        return new StreamsConfig(settings);
    }

    private static Map<String, Object> defaults(String applicationId, @Nullable String instanceId, StageLimits limits) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_INTERVAL_MILLIS);
        settings.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, "classic");
        settings.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        settings.put(
                StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, LogAndFailProcessingExceptionHandler.class);
        settings.put(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, DefaultProductionExceptionHandler.class);
        // what was read before a partition is paused comes into its window all the same: a quarter of it each
        settings.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, limits.windowRecords() / 4);
        settings.put(main(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), limits.windowRecords() / 4);
        if (instanceId != null) {
            settings.put(main(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), instanceId);
        }
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 5);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES);
        return settings;
    }

    private static void refuseUnsafe(Map<String, Object> settings, StageLimits limits) {
        for (String prefix : CONSUMER_PREFIXES) {
            demand(
                    settings,
                    prefix + StreamsConfig.GROUP_PROTOCOL_CONFIG,
                    "classic",
                    "the other protocols make their own consumer, which would commit records in flight");
            demand(
                    settings,
                    prefix + ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                    "false",
                    "the consumer would commit records in flight");
        }
        demand(
                settings,
                StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG,
                LogAndFailProcessingExceptionHandler.class.getName(),
                "an error in a stage means that the world is bad, and going on would drop what cannot be done now");
        demand(
                settings,
                StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG,
                DefaultProductionExceptionHandler.class.getName(),
                "another could go on after an output that was not written, and commit its input");
        demand(
                settings,
                "__processing.threads.enabled__",
                "false",
                "stages and clients must run on one thread to know of each other");
        if (settings.containsKey(StreamsConfig.DEFAULT_CLIENT_SUPPLIER_CONFIG)) {
            throw new ConfigException(StreamsConfig.DEFAULT_CLIENT_SUPPLIER_CONFIG
                    + " was expected to be absent, since the clients must be those of HeldOffsetsClientSupplier: leave"
                    + " it out");
        }
        demandAtMost(settings, StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, limits);
        for (String prefix : CONSUMER_PREFIXES) {
            demandAtMost(settings, prefix + ConsumerConfig.MAX_POLL_RECORDS_CONFIG, limits);
        }
        demandAtLeast(settings, ProducerConfig.MAX_REQUEST_SIZE_CONFIG);
        demandAtLeast(settings, StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG));
    }

    private static void demand(Map<String, Object> settings, String name, String expected, String because) {
        Object found = settings.get(name);
        String text = found instanceof Class<?> type ? type.getName() : String.valueOf(found);
        if (found != null && !text.equalsIgnoreCase(expected)) {
            throw new ConfigException(name + " was expected to be " + expected + ", found " + text
                    + ": leave it out, because " + because);
        }
    }

    /// More would make a full window block the stream thread, and its transaction and membership time out.
    private static void demandAtMost(Map<String, Object> settings, String name, StageLimits limits) {
        Object found = settings.get(name);
        if (found != null && Long.parseLong(String.valueOf(found)) > limits.windowRecords()) {
            throw new ConfigException(name + " was expected to be at most the window of " + limits.windowRecords()
                    + " records, found " + found + ": lower it, because what is read at once comes into the window at"
                    + " once");
        }
    }

    /// Less would let one event with many attributes stop the instance at every start.
    private static void demandAtLeast(Map<String, Object> settings, String name) {
        Object found = settings.get(name);
        if (found != null && Long.parseLong(String.valueOf(found)) < LEAST_REQUEST_BYTES) {
            throw new ConfigException(name + " was expected to be at least " + LEAST_REQUEST_BYTES + ", found " + found
                    + ": raise it, because outputs carry the attributes of their events");
        }
    }

    private static String main(String setting) {
        return StreamsConfig.mainConsumerPrefix(setting);
    }
}
