package dev.clipstream.runtime.kafka.group;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The assignor of a group of which not all members read the same topic of back-fills: nobody reads it meanwhile.
///
/// Members of one group must agree on the topics. A member that does not subscribe to a topic would refuse its
/// partitions without end. Created by the Kafka consumer.
public final class LiveUploadsAssignor extends UploadsAssignor {
    private static final Logger LOG = LoggerFactory.getLogger(LiveUploadsAssignor.class);
    private static final String NAME = "clipstream.group.identity.live";

    /// Returns the property that names this assignor for a member of this identity.
    static Map<String, Object> name(GroupIdentity identity) {
        return Map.of(NAME, identity.withoutBackfill().protocol());
    }

    @Override
    String nameProperty() {
        return NAME;
    }

    @Override
    boolean assigns(TopicPartition partition) {
        return !partition.topic().equals(backfill());
    }

    @Override
    void chosen() {
        LOG.warn(
                "The topic {}: Expected all members of the group to read it, found one without it, such as an instance"
                        + " of an earlier version. It is not read until all instances have the same topics.backfill",
                backfill());
    }
}
