package dev.clipstream.runtime.pipeline;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.runtime.kafka.GroupIdentity;
import dev.clipstream.runtime.kafka.KafkaProperties;
import dev.clipstream.runtime.kafka.TopologyRunners;
import dev.clipstream.runtime.settings.Settings;
import dev.clipstream.runtime.settings.TopologyName;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;

/// What every topology of an instance is built from. Owns nothing.
///
/// @param model   that the instance embeds and tags with
/// @param kafka   properties of Kafka clients
/// @param runners make the topologies' Kafka Streams clients
record Instance(
        Settings settings,
        MeterRegistry meters,
        Clock clock,
        ClipModel model,
        KafkaProperties kafka,
        TopologyRunners runners) {

    static Instance of(Settings settings, MeterRegistry meters, Clock clock, ClipModel model) {
        KafkaProperties kafka = new KafkaProperties(settings);
        return new Instance(
                settings, meters, clock, model, kafka, new TopologyRunners(kafka, settings.stallTimeout(), meters));
    }

    /// Returns what the members of a topology's consumer group agree on.
    GroupIdentity identity(TopologyName topology) {
        return GroupIdentity.of(
                topology, model.identity().fingerprint(), settings.topics().names());
    }
}
