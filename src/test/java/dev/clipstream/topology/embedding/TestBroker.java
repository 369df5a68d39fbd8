package dev.clipstream.topology.embedding;

import dev.clipstream.event.Topics;
import dev.clipstream.runtime.broker.EmbeddedBroker;
import dev.clipstream.runtime.broker.SecuredListener;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;

/// The broker of the crash tests. It notices soon that a transaction has timed out, and compacts soon; otherwise it is
/// like any other.
final class TestBroker {
    private static final Map<String, String> SOON = Map.of(
            "transaction.abort.timed.out.transaction.cleanup.interval.ms", "500", "log.cleaner.backoff.ms", "100");

    private TestBroker() {}

    /// Starts a broker, whose second listener nobody uses.
    static EmbeddedBroker at(Path folder) {
        return EmbeddedBroker.secured(folder, new SecuredListener("PLAINTEXT", Map.of(), SOON));
    }

    /// Creates the topics of an app that do not exist yet.
    ///
    /// @param input configuration of the topic of uploads
    static Topics topics(EmbeddedBroker broker, String name, int partitions, Map<String, String> input) {
        Topics topics = EmbeddingApp.topics(name);
        broker.createTopics(Stream.of(topics.uploaded(), topics.backfill(), topics.embedded(), topics.rejected())
                .map(topic -> new NewTopic(topic, partitions, (short) 1)
                        .configs(topic.equals(topics.uploaded()) ? input : Map.of()))
                .toList());
        return topics;
    }
}
