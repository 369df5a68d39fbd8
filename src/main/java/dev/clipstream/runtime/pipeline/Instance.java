package dev.clipstream.runtime.pipeline;

import dev.clipstream.clip.ClipModel;
import dev.clipstream.runtime.kafka.KafkaProperties;
import dev.clipstream.runtime.kafka.KafkaTopicFacts;
import dev.clipstream.runtime.kafka.TopologyRunners;
import dev.clipstream.runtime.kafka.group.GroupIdentity;
import dev.clipstream.runtime.settings.Settings;
import dev.clipstream.runtime.settings.TopologyName;
import dev.clipstream.topology.topic.TopicRules;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Set;
import java.util.TreeSet;

/// What every topology of an instance is built from. Owns nothing.
///
/// @param model   that the instance embeds and tags with
/// @param kafka   properties of Kafka clients
/// @param topics  what the brokers say about the topics
/// @param runners make the topologies' Kafka Streams clients
record Instance(
        Settings settings,
        MeterRegistry meters,
        Clock clock,
        ClipModel model,
        KafkaProperties kafka,
        KafkaTopicFacts topics,
        TopologyRunners runners) {

    static Instance of(Settings settings, MeterRegistry meters, Clock clock, ClipModel model) {
        KafkaProperties kafka = new KafkaProperties(settings);
        Set<String> names = new TreeSet<>(settings.topics().all());
        names.addAll(kafka.changelogs());
        KafkaTopicFacts topics = new KafkaTopicFacts(kafka, names);
        return new Instance(
                settings,
                meters,
                clock,
                model,
                kafka,
                topics,
                new TopologyRunners(kafka, topics, settings.stallTimeout(), meters, clock));
    }

    /// Returns what the stages know about their topics, and ask of their input.
    TopicRules rules() {
        return new TopicRules(topics, settings.topics().rejectMisplaced());
    }

    /// Returns what the members of a topology's consumer group agree on.
    GroupIdentity identity(TopologyName topology) {
        return GroupIdentity.of(
                topology, model.identity().fingerprint(), settings.topics().names());
    }
}
