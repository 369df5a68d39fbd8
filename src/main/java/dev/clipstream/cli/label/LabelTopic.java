package dev.clipstream.cli.label;

import dev.clipstream.cli.option.KafkaOptions;
import dev.clipstream.event.Topics;
import dev.clipstream.runtime.kafka.labels.LabelWriter;
import java.io.IOException;
import java.util.Map;
import org.apache.kafka.common.acl.AclOperation;
import picocli.CommandLine.Option;

/// The option that names the topic of label sets.
public final class LabelTopic {
    @Option(names = "--topic", paramLabel = "T", description = "The topic of label sets. Default: ${DEFAULT-VALUE}.")
    private String topic = Topics.DEFAULT.labels();

    /// Returns the topic's name.
    public String name() {
        return topic;
    }

    /// Checks that the topic exists and that the client may use it, and returns what reads and changes it.
    public LabelWriter open(KafkaOptions kafka, AclOperation operation) throws IOException {
        Map<String, Object> configuration = kafka.configuration(Map.of());
        kafka.requireTopic(topic, operation, configuration);
        return new LabelWriter(configuration, configuration, topic);
    }
}
