package dev.clipstream.runtime.kafka.group;

import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.streams.processor.internals.StreamsPartitionAssignor;

/// The assignor of Kafka Streams under a name that carries a [GroupIdentity].
///
/// Brokers admit a member to a group only if all its members have an assignor of the same name. A member with another
/// identity is thus refused when it joins, atomically, and the name of a group's assignor tells everybody who may
/// describe the group what its members are. Created by the Kafka consumer.
public class IdentityAssignor extends StreamsPartitionAssignor {
    private static final String NAME = "clipstream.group.identity";

    private String name = "";

    /// Returns the properties that make a main consumer use this assignor.
    public static Map<String, Object> properties(GroupIdentity identity) {
        return Map.of(
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                IdentityAssignor.class.getName(),
                NAME,
                identity.protocol());
    }

    /// Returns the key of the property that holds this assignor's name.
    String nameProperty() {
        return NAME;
    }

    @Override
    public void configure(Map<String, ?> configs) {
        super.configure(configs);
        name = String.valueOf(configs.get(nameProperty()));
    }

    @Override
    public final String name() {
        return name;
    }
}
