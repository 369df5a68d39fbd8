package dev.clipstream.cli.label;

import dev.clipstream.cli.option.KafkaOptions;
import dev.clipstream.cli.option.LabelTopic;
import dev.clipstream.cli.output.Failures;
import dev.clipstream.cli.output.JsonLines;
import dev.clipstream.runtime.kafka.labels.LabelChanges;
import dev.clipstream.runtime.kafka.labels.LabelChanges.RefusedChangeException;
import dev.clipstream.runtime.kafka.labels.LabelWriter;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.common.acl.AclOperation;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Removes a label set from the topic.
@Command(
        name = "delete",
        description = "Remove a label set from the topic. The configured set of that name, if any, applies again.")
final class LabelsDeleteCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private final KafkaOptions kafka = new KafkaOptions();

    @Mixin
    private final LabelTopic topic = new LabelTopic();

    @Parameters(paramLabel = "NAME", description = "The set's name.")
    private String name = "";

    @Option(
            names = "--expect-version",
            paramLabel = "V",
            description = "Remove it only if the topic has this version now.")
    private @Nullable String expectedVersion;

    @Override
    public Integer call() throws IOException, InterruptedException {
        LabelWriter writer = topic.open(kafka, AclOperation.WRITE);
        try {
            long offset = writer.write(now -> LabelChanges.delete(now, name, expectedVersion));
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("name", name);
            line.put("deleted", true);
            line.put("offset", offset);
            new JsonLines().write(line);
            return CommandLine.ExitCode.OK;
        } catch (RefusedChangeException e) {
            spec.commandLine().getErr().println("clipstream labels delete: " + e.getMessage());
            return Failures.INPUT_FAILED;
        }
    }
}
