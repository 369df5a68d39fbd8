package dev.clipstream.cli.label;

import dev.clipstream.cli.event.EventJson;
import dev.clipstream.cli.option.KafkaOptions;
import dev.clipstream.cli.option.LabelTopic;
import dev.clipstream.cli.output.Failures;
import dev.clipstream.cli.output.JsonLines;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.LabelSetRecords;
import dev.clipstream.label.LabelSetWriter;
import dev.clipstream.runtime.kafka.labels.LabelWriter.Contents;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.common.acl.AclOperation;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Prints a label set of the topic.
@Command(name = "show", description = "Print a label set of the topic, as a file that apply takes.")
final class LabelsShowCommand implements Callable<Integer> {
    /// How a label set is printed.
    enum Format {
        YAML,
        JSON;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Spec
    private CommandSpec spec;

    @Mixin
    private final KafkaOptions kafka = new KafkaOptions();

    @Mixin
    private final LabelTopic topic = new LabelTopic();

    @Parameters(paramLabel = "NAME", description = "The set's name.")
    private String name = "";

    @Option(
            names = "--format",
            paramLabel = "yaml|json",
            description = "yaml, or json: the record's fields in one line. Default: ${DEFAULT-VALUE}.")
    private Format format = Format.YAML;

    @Override
    public Integer call() throws IOException {
        Contents now = topic.open(kafka, AclOperation.READ).read();
        Optional<LabelSet> set = now.find(name);
        if (set.isEmpty()) {
            spec.commandLine().getErr().println("clipstream labels show: " + topic.missing(now, name));
            return Failures.INPUT_FAILED;
        }
        switch (format) {
            case YAML -> {
                PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
                out.print(LabelSetWriter.write(set.get()));
                out.flush();
            }
            case JSON -> new JsonLines().write(EventJson.of(LabelSetRecords.of(set.get())));
        }
        return CommandLine.ExitCode.OK;
    }
}
