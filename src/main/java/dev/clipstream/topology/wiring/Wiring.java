package dev.clipstream.topology.wiring;

import dev.clipstream.event.MediaRejected;
import dev.clipstream.topology.Occurrences;
import dev.clipstream.topology.StageMetrics;
import dev.clipstream.topology.StageResult;
import dev.clipstream.topology.gate.FittingRejection;
import dev.clipstream.topology.topic.TopicFacts;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.jspecify.annotations.Nullable;

/// The sources and sinks of the topologies.
///
/// Keys stay bytes from source to sink, so that any key is kept as it is. Values are read in the stages, where an
/// unreadable value becomes a rejection instead of an exception.
public final class Wiring {
    private static final System.Logger LOG = System.getLogger(Wiring.class.getName());

    private Wiring() {}

    /// Returns a builder that refuses nodes and stores without a name.
    public static StreamsBuilder builder() {
        return new StreamsBuilder(new TopologyConfig(new StreamsConfig(Map.of(
                StreamsConfig.APPLICATION_ID_CONFIG, "naming",
                StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "localhost:9092",
                StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true))));
    }

    /// Returns a source of bytes, with [#timestamps()].
    ///
    /// @param name the name of the node
    public static Consumed<byte @Nullable [], byte @Nullable []> source(String name) {
        return Consumed.<byte @Nullable [], byte @Nullable []>with(Serdes.ByteArray(), Serdes.ByteArray())
                .withTimestampExtractor(timestamps())
                .withName(name);
    }

    /// Returns the timestamps of a source's records. A record without a valid one gets the newest of its partition, so
    /// that it does not stop the stream.
    public static TimestampExtractor timestamps() {
        return (record, partitionTime) -> record.timestamp() >= 0 ? record.timestamp() : Math.max(0, partitionTime);
    }

    /// Writes outputs and tombstones to one topic, and rejections to another.
    public static void write(
            KStream<byte @Nullable [], StageResult<byte[]>> results,
            String output,
            String rejected,
            TopicFacts facts,
            StageMetrics metrics) {
        results.filter((key, result) -> !(result instanceof StageResult.Rejected<byte[]>), Named.as("accepted"))
                .process(OutputOrTombstone<byte[]>::new, Named.as("output-or-tombstone"))
                .to(
                        output,
                        Produced.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("output"));
        reject(results, rejected, facts, metrics, "");
    }

    /// Writes rejections and drops all other results.
    ///
    /// @param prefix prefix of the nodes' names, which must be unique in a topology
    public static <T> void reject(
            KStream<byte @Nullable [], StageResult<T>> results,
            String rejected,
            TopicFacts facts,
            StageMetrics metrics,
            String prefix) {
        results.filter((key, result) -> result instanceof StageResult.Rejected<T>, Named.as(prefix + "not-accepted"))
                .mapValues(Wiring::<T>rejection, Named.as(prefix + "rejection"))
                .process(fitting(rejected, facts, metrics), Named.as(prefix + "fitting"))
                .to(
                        rejected,
                        Produced.with(Serdes.ByteArray(), Serdes.ByteArray()).withName(prefix + "rejected"));
    }

    /// Returns the processors that encode rejections, see [FittingRejection].
    ///
    /// @param rejected topic of rejections
    public static ProcessorSupplier<byte @Nullable [], MediaRejected, byte[], byte[]> fitting(
            String rejected, TopicFacts facts, StageMetrics metrics) {
        Occurrences dropped = new Occurrences(
                metrics.counter(
                        "clipstream.rejections.dropped", "Rejections that their topic does not accept in any form"),
                LOG,
                System.Logger.Level.ERROR);
        return () -> new FittingRejection(() -> facts.limits(rejected), dropped);
    }

    private static <T> MediaRejected rejection(StageResult<T> result) {
        return ((StageResult.Rejected<T>) result).rejection();
    }
}
