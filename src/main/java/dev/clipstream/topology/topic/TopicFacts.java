package dev.clipstream.topology.topic;

import java.util.OptionalInt;

/// What the brokers say about topics, as far as it is known. Never blocks; safe for use by many threads.
public interface TopicFacts {

    /// Knows no topic.
    TopicFacts UNKNOWN = new TopicFacts() {
        @Override
        public OptionalInt partitions(String topic) {
            return OptionalInt.empty();
        }

        @Override
        public TopicLimits limits(String topic) {
            return TopicLimits.DEFAULT;
        }
    };

    /// Returns the number of partitions of a topic; empty: not known.
    OptionalInt partitions(String topic);

    /// Returns what a topic accepts; the defaults of Kafka if that is not known.
    TopicLimits limits(String topic);
}
