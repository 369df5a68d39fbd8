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

/// The Kafka Streams configuration that the asynchronous stage requires, combined with the user's settings.
///
/// The user's settings take precedence, but a setting that would let a record get lost is refused with the reason.
/// Names are those of [StreamsConfig], with its prefixes (`consumer.`, `main.consumer.`, `producer.`).
public final class StageStreamsConfig {
    private static final long COMMIT_INTERVAL_MILLIS = 100;

    /// Outputs are forwarded several at once, so one request takes them even after a short wait.
    private static final int LINGER_MILLIS = 1;

    /// How long a producer waits until it repeats a request. A broker refuses a commit without outputs while it still
    /// completes the transaction before, which takes milliseconds. The stream thread waits meanwhile, and Kafka's
    /// default of 100 ms shows in the latency. Brokers also use 20 ms where they repeat such requests themselves.
    private static final int RETRY_BACKOFF_MILLIS = 20;

    /// The default maximum of a topic. An output holds the carried bytes, the media id and a vector or tags, which
    /// fit.
    private static final int MAX_REQUEST_BYTES = 1 << 20;

    private static final int MIN_REQUEST_BYTES = 2 * RecordGate.MAX_CARRIED_BYTES;
    private static final List<String> CONSUMER_PREFIXES =
            List.of("", StreamsConfig.CONSUMER_PREFIX, StreamsConfig.MAIN_CONSUMER_PREFIX);
    private static final List<String> PRODUCER_PREFIXES = List.of("", StreamsConfig.PRODUCER_PREFIX);

    private StageStreamsConfig() {}

    /// Returns the configuration of a topology.
    ///
    /// @param applicationId consumer group, and prefix of the names of internal topics
    /// @param instanceId    id of a static member: unique in the group and the same after a restart. Null: a
    ///                      dynamic member, so that each start causes a rebalance
    /// @param limits        limits of the topology's asynchronous stage
    /// @param overrides     the user's settings, which take precedence over the defaults; at least
    ///                      `bootstrap.servers`
    /// @throws ConfigException if an override is unsafe or not a valid value
    public static StreamsConfig of(
            String applicationId, @Nullable String instanceId, StageLimits limits, Map<String, ?> overrides) {
        Map<String, Object> settings = overlay(defaults(applicationId, instanceId, limits), overrides);
        refuseUnsafe(settings, limits);
        return new StreamsConfig(settings);
    }

    /// Returns the defaults with the overrides on top.
    ///
    /// Kafka Streams prefers a longer prefix: it takes `main.consumer.max.poll.records` before
    /// `consumer.max.poll.records`, and both before `max.poll.records`. A default therefore also gives way to an
    /// override of the same property under a shorter prefix.
    public static Map<String, Object> overlay(Map<String, ?> defaults, Map<String, ?> overrides) {
        Map<String, Object> settings = new HashMap<>(defaults);
        for (List<String> prefixes : List.of(CONSUMER_PREFIXES, PRODUCER_PREFIXES)) {
            String longest = prefixes.getLast();
            settings.keySet()
                    .removeIf(name -> name.startsWith(longest)
                            && prefixes.stream()
                                    .anyMatch(prefix ->
                                            overrides.containsKey(prefix + name.substring(longest.length()))));
        }
        settings.putAll(overrides);
        return settings;
    }

    private static Map<String, Object> defaults(String applicationId, @Nullable String instanceId, StageLimits limits) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_INTERVAL_MILLIS);
        settings.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, "classic");
        settings.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
        settings.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        settings.put(
                StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, LogAndFailProcessingExceptionHandler.class);
        settings.put(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, DefaultProductionExceptionHandler.class);
        // records that were read before a partition is paused still enter its window: each may fill a quarter
        int ahead = Math.min(limits.windowRecords() / 4, StageLimits.MOST_READ_AHEAD);
        settings.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, ahead);
        settings.put(main(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), ahead);
        if (instanceId != null) {
            settings.put(main(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), instanceId);
        }
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), LINGER_MILLIS);
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.RETRY_BACKOFF_MS_CONFIG), RETRY_BACKOFF_MILLIS);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_BYTES);
        return settings;
    }

    private static void refuseUnsafe(Map<String, Object> settings, StageLimits limits) {
        for (String prefix : CONSUMER_PREFIXES) {
            require(
                    settings,
                    prefix + StreamsConfig.GROUP_PROTOCOL_CONFIG,
                    "classic",
                    "other protocols create their own consumer, which would commit records in flight");
            require(
                    settings,
                    prefix + ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                    "false",
                    "the consumer would commit records in flight");
        }
        require(
                settings,
                StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG,
                LogAndFailProcessingExceptionHandler.class.getName(),
                "an exception in a stage means that the environment fails, and continuing would lose the record");
        require(
                settings,
                StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG,
                DefaultProductionExceptionHandler.class.getName(),
                "another handler could continue after an output that was not written, and commit its input");
        require(
                settings,
                StreamsConfig.MAX_TASK_IDLE_MS_CONFIG,
                String.valueOf(StreamsConfig.MAX_TASK_IDLE_MS_DISABLED),
                "a task would wait for the records of a partition that is paused because its window is full, and not"
                        + " process those of its other partition");
        require(settings, "__processing.threads.enabled__", "false", "stages and clients must run on the same thread");
        if (settings.containsKey(StreamsConfig.DEFAULT_CLIENT_SUPPLIER_CONFIG)) {
            throw new ConfigException(StreamsConfig.DEFAULT_CLIENT_SUPPLIER_CONFIG
                    + ": expected no value, since the clients must be those of HeldOffsetsClientSupplier. Remove it.");
        }
        requireAtMostWindow(settings, StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, limits);
        for (String prefix : CONSUMER_PREFIXES) {
            requireAtMostWindow(settings, prefix + ConsumerConfig.MAX_POLL_RECORDS_CONFIG, limits);
        }
        requireAtLeastCarried(settings, ProducerConfig.MAX_REQUEST_SIZE_CONFIG);
        requireAtLeastCarried(settings, StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG));
    }

    private static void require(Map<String, Object> settings, String name, String expected, String because) {
        Object found = settings.get(name);
        String text = found instanceof Class<?> type ? type.getName() : String.valueOf(found);
        if (found != null && !text.equalsIgnoreCase(expected)) {
            throw new ConfigException(
                    name + ": expected " + expected + ", found " + text + ". Remove it, because " + because + ".");
        }
    }

    /// A larger value would let a full window block the stream thread until its transaction or membership times
    /// out.
    private static void requireAtMostWindow(Map<String, Object> settings, String name, StageLimits limits) {
        Object found = settings.get(name);
        int most = Math.min(limits.windowRecords(), StageLimits.MOST_READ_AHEAD);
        if (found != null && Long.parseLong(String.valueOf(found)) > most) {
            throw new ConfigException(name + ": expected at most the window, and at most " + StageLimits.MOST_READ_AHEAD
                    + " records, here " + most + ", found " + found
                    + ". Lower it, because records that are read at once enter the window at once.");
        }
    }

    /// A smaller value would let one event with many attributes stop the instance at every start.
    private static void requireAtLeastCarried(Map<String, Object> settings, String name) {
        Object found = settings.get(name);
        if (found != null && Long.parseLong(String.valueOf(found)) < MIN_REQUEST_BYTES) {
            throw new ConfigException(name + ": expected at least " + MIN_REQUEST_BYTES + ", found " + found
                    + ". Raise it, because outputs carry the attributes of their events.");
        }
    }

    private static String main(String setting) {
        return StreamsConfig.mainConsumerPrefix(setting);
    }
}
