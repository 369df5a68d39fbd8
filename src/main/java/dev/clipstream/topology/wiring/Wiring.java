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

/// What the topologies have in common: sources of bytes, and the ways out for outputs, tombstones and rejections.
///
/// Keys stay the bytes that they are, so that they survive whatever they hold; values are read in the stages, where
/// an unreadable one is an outcome.
public final class Wiring {
    private Wiring() {}

    /// A builder that refuses nodes and stores without a name.
    public static StreamsBuilder builder() {
        return new StreamsBuilder(new TopologyConfig(new StreamsConfig(Map.of(
                StreamsConfig.APPLICATION_ID_CONFIG, "naming",
                StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "localhost:9092",
                StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true))));
    }

    /// A source of bytes. A record without a valid timestamp takes the newest of its partition, so that no record
    /// can stop the stream.
    public static Consumed<byte @Nullable [], byte @Nullable []> source(String name) {
        return Consumed.<byte @Nullable [], byte @Nullable []>with(Serdes.ByteArray(), Serdes.ByteArray())
                .withTimestampExtractor((record, partitionTime) ->
                        record.timestamp() >= 0 ? record.timestamp() : Math.max(0, partitionTime))
                .withName(name);
    }

    /// Writes outputs and tombstones to one topic, rejections to another, cut to what fits.
    public static <T extends SpecificRecordBase> void write(
            KStream<byte @Nullable [], StageResult<T>> results, String output, AvroSerde<T> serde, String rejected) {
        results.filter((key, result) -> !(result instanceof StageResult.Rejected<T>), Named.as("accepted"))
                .mapValues(
                        result -> result instanceof StageResult.Output<T>(T value) ? value : null,
                        Named.as("output-or-tombstone"))
                .to(
                        output,
                        Produced.with(Serdes.ByteArray(), (Serde<@Nullable T>) serde)
                                .withName("output"));
        reject(results, rejected, "");
    }

    /// Writes rejections, cut to what fits; whatever else comes has its end here.
    ///
    /// @param prefix of the nodes' names, which are unique in a topology
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
