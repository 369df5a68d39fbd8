package dev.clipstream.runtime.kafka;

import dev.clipstream.runtime.kafka.group.GroupIdentity;
import dev.clipstream.runtime.kafka.group.IdentityAssignor;
import dev.clipstream.runtime.kafka.group.UploadsAssignor;
import dev.clipstream.runtime.settings.SettingException;
import dev.clipstream.runtime.settings.TopologyName;
import dev.clipstream.topology.StageMetrics;
import dev.clipstream.topology.async.HeldOffsetsClientSupplier;
import dev.clipstream.topology.async.StageLimits;
import dev.clipstream.topology.topic.TopicFacts;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import org.apache.kafka.streams.Topology;

/// Makes the Kafka Streams clients of an instance's topologies.
public final class TopologyRunners {
    private final KafkaProperties kafka;
    private final Duration stallTimeout;
    private final TopicFacts topics;
    private final MeterRegistry meters;
    private final Clock clock;

    /// @param topics       what the brokers say about the topics
    /// @param stallTimeout how long a topology may make no progress although records wait; 0: without limit
    public TopologyRunners(
            KafkaProperties kafka, TopicFacts topics, Duration stallTimeout, MeterRegistry meters, Clock clock) {
        this.kafka = kafka;
        this.topics = topics;
        this.stallTimeout = stallTimeout;
        this.meters = meters;
        this.clock = clock;
    }

    /// Makes a client; does not start it. The caller closes it.
    ///
    /// @param suffix  of the application id; empty: none
    /// @param limits  of the topology's stage
    /// @param threads stream threads
    /// @param identity what the members of the topology's consumer group agree on
    /// @throws SettingException if a `kafka.*` property is not valid, or not safe with held offsets
    public RunningTopology runner(
            TopologyName name,
            String suffix,
            Topology topology,
            StageLimits limits,
            int threads,
            GroupIdentity identity)
            throws SettingException {
        HeldOffsetsClientSupplier clients = new HeldOffsetsClientSupplier(
                name == TopologyName.EMBEDDING
                        ? UploadsAssignor.properties(identity)
                        : IdentityAssignor.properties(identity),
                topics,
                new StageMetrics(meters, name.label()),
                clock);
        return new TopologyRunner(
                name,
                topology,
                kafka.streams(name, suffix, limits, threads),
                kafka.groupCheck(name, suffix, identity),
                clients,
                kafka.isStaticMember(),
                stallTimeout,
                kafka.admin(name.label() + suffix + "-stall"),
                meters);
    }
}
