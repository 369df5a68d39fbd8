package dev.clipstream.runtime.kafka;

import dev.clipstream.runtime.settings.SettingException;
import dev.clipstream.runtime.settings.TopologyName;
import dev.clipstream.topology.async.StageLimits;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.apache.kafka.streams.Topology;

/// Makes the Kafka Streams clients of an instance's topologies.
public final class TopologyRunners {
    private final KafkaProperties kafka;
    private final Duration stallTimeout;
    private final MeterRegistry meters;

    /// @param stallTimeout how long a topology may make no progress although records wait; 0: without limit
    public TopologyRunners(KafkaProperties kafka, Duration stallTimeout, MeterRegistry meters) {
        this.kafka = kafka;
        this.stallTimeout = stallTimeout;
        this.meters = meters;
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
        return new TopologyRunner(
                name,
                topology,
                kafka.streams(name, suffix, limits, threads),
                identity,
                kafka.groupCheck(name, suffix, identity),
                kafka.isStaticMember(),
                stallTimeout,
                kafka.admin(name.label() + suffix + "-stall"),
                meters);
    }
}
