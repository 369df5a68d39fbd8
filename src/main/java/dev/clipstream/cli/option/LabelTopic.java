package dev.clipstream.cli.option;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.event.Topics;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.LabelSetFile;
import dev.clipstream.runtime.kafka.labels.LabelWriter;
import dev.clipstream.runtime.kafka.labels.LabelWriter.Contents;
import dev.clipstream.runtime.settings.DefaultLabels;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
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
    public LabelWriter open(KafkaClientOptions kafka, AclOperation operation) throws IOException {
        Map<String, Object> configuration = kafka.configuration(Map.of());
        kafka.requireTopic(topic, operation, configuration);
        return new LabelWriter(configuration, configuration, topic);
    }

    /// Returns a label set of the topic, or the bundled one if the topic has no set of that name. Empty: neither
    /// exists, or the topic's cannot be read.
    ///
    /// @param now   what the topic holds
    /// @param model that the everyday labels are for
    public static Optional<LabelSet> find(Contents now, String name, ModelIdentity model) {
        if (now.offsets().containsKey(name) || !LabelSetFile.BUNDLED.contains(name)) {
            return now.find(name);
        }
        LabelSet everyday = DefaultLabels.of(model);
        return Optional.of(everyday.name().equals(name) ? everyday : LabelSetFile.bundled(name));
    }

    /// Returns why the topic has no label set of a name.
    ///
    /// @param now what the topic holds
    public String missing(Contents now, String name) {
        return "Expected the name of a label set on the topic " + topic + ", found '" + name + "', which "
                + (now.offsets().containsKey(name)
                        ? "has a record that is no valid label set. Apply a valid one."
                        : "it does not have. Name one of " + now.offsets().keySet() + ".");
    }
}
