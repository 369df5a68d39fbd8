package dev.clipstream.topology.wiring;

import dev.clipstream.event.AvroSerde;
import dev.clipstream.event.MediaRejected;
import dev.clipstream.topology.StageResult;
import dev.clipstream.topology.gate.FittingRejection;
import java.util.Map;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.jspecify.annotations.Nullable;

/// The sources and sinks of the topologies.
///
/// Keys stay bytes from source to sink, so that any key is kept as it is. Values are read in the stages, where an
/// unreadable value becomes a rejection instead of an exception.
public final class Wiring {
    private Wiring() {}

    /// Returns a builder that refuses nodes and stores without a name.
    public static StreamsBuilder builder() {
        return new StreamsBuilder(new TopologyConfig(new StreamsConfig(Map.of(
                StreamsConfig.APPLICATION_ID_CONFIG, "naming",
                StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "localhost:9092",
                StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true))));
    }

    /// Returns a source of bytes. A record without a valid timestamp gets the newest timestamp of its partition,
    /// so that it does not stop the stream.
    ///
    /// @param name the name of the node
    public static Consumed<byte @Nullable [], byte @Nullable []> source(String name) {
        return Consumed.<byte @Nullable [], byte @Nullable []>with(Serdes.ByteArray(), Serdes.ByteArray())
                .withTimestampExtractor((record, partitionTime) ->
                        record.timestamp() >= 0 ? record.timestamp() : Math.max(0, partitionTime))
                .withName(name);
    }

    /// Writes outputs and tombstones to one topic, and rejections to another.
    public static <T extends SpecificRecordBase> void write(
            KStream<byte @Nullable [], StageResult<T>> results, String output, AvroSerde<T> serde, String rejected) {
        results.filter((key, result) -> !(result instanceof StageResult.Rejected<T>), Named.as("accepted"))
                .process(OutputOrTombstone<T>::new, Named.as("output-or-tombstone"))
                .to(
                        output,
                        Produced.with(Serdes.ByteArray(), (Serde<@Nullable T>) serde)
                                .withName("output"));
        reject(results, rejected, "");
    }

    /// Writes rejections and drops all other results.
    ///
    /// @param prefix prefix of the nodes' names, which must be unique in a topology
    public static <T> void reject(KStream<byte @Nullable [], StageResult<T>> results, String rejected, String prefix) {
        results.filter((key, result) -> result instanceof StageResult.Rejected<T>, Named.as(prefix + "not-accepted"))
                .mapValues(Wiring::<T>rejection, Named.as(prefix + "rejection"))
                .process(FittingRejection<MediaRejected>::new, Named.as(prefix + "fitting"))
                .to(
                        rejected,
                        Produced.with(Serdes.ByteArray(), AvroSerde.rejected()).withName(prefix + "rejected"));
    }

    private static <T> MediaRejected rejection(StageResult<T> result) {
        return ((StageResult.Rejected<T>) result).rejection();
    }
}
