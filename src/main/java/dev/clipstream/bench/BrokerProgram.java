package dev.clipstream.bench;

import dev.clipstream.event.Topics;
import dev.clipstream.runtime.broker.EmbeddedBroker;
import dev.clipstream.runtime.lifecycle.StopSignals;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/// The main class of the benchmark's broker, which [BrokerProcess] runs. It prints the broker's address on standard
/// output once its topics are available, and ends when its standard input does, and so with the process that started
/// it.
public final class BrokerProgram {
    private static final int PARTITIONS = 4;
    private static final Duration STOP = Duration.ofSeconds(30);

    private BrokerProgram() {}

    /// Returns the configuration that Clipstream gives a topic, with room for the records of the benchmark.
    static Map<String, String> config(Topics topics, String topic, String largestRecord) {
        boolean compacted = topic.equals(topics.embedded()) || topic.equals(topics.tagged());
        return Map.of(
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                largestRecord,
                TopicConfig.CLEANUP_POLICY_CONFIG,
                compacted ? TopicConfig.CLEANUP_POLICY_COMPACT : TopicConfig.CLEANUP_POLICY_DELETE);
    }

    /// Runs the broker.
    ///
    /// @param arguments the maximum size of a record in bytes
    /// @throws IOException if standard input or output fails
    public static void main(String[] arguments) throws IOException {
        String largestRecord = arguments[0];
        // Ctrl-C reaches this process too, but it ends after the process that it serves
        StopSignals.onSignal(STOP, exitCode -> {});
        try (EmbeddedBroker broker = EmbeddedBroker.temporary();
                OutputStream out = new FileOutputStream(FileDescriptor.out)) {
            Topics topics = Topics.DEFAULT;
            broker.createTopics(Stream.of(
                            topics.uploaded(),
                            topics.backfill(),
                            topics.embedded(),
                            topics.tagged(),
                            topics.rejected(),
                            topics.alerts())
                    .map(topic ->
                            new NewTopic(topic, PARTITIONS, (short) 1).configs(config(topics, topic, largestRecord)))
                    .toList());
            broker.createTopics(List.of(new NewTopic(topics.labels(), 1, (short) 1)
                    .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT))));
            out.write((broker.bootstrapServers() + "\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
            while (System.in.read() >= 0) {
                // no input arrives; read until the end
            }
        }
    }
}
