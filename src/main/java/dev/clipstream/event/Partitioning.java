package dev.clipstream.event;

import org.apache.kafka.common.utils.Utils;

/// The partitioner of the contract: murmur2 of the key's bytes, as Kafka's Java client computes it
/// (`partitioner=murmur2_random` in librdkafka).
///
/// All records of a medium must be in one partition, since only a partition has an order. A deletion in another
/// partition than its upload could be processed first.
public final class Partitioning {
    private Partitioning() {}

    /// Returns the partition of a key.
    ///
    /// @param partitions of the topic, at least 1
    public static int partition(byte[] key, int partitions) {
        return Utils.toPositive(Utils.murmur2(key)) % partitions;
    }
}
