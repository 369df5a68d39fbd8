package dev.clipstream.cli.label;

import dev.clipstream.cli.option.KafkaOptions;
import dev.clipstream.cli.option.LabelTopic;
import dev.clipstream.cli.option.OutputOption;
import dev.clipstream.cli.output.Failures;
import dev.clipstream.cli.output.JsonLines;
import dev.clipstream.cli.output.Terminal;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.LabelSetException;
import dev.clipstream.label.LabelSetFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.common.acl.AclOperation;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Compares a label set file with the version on the topic.
@Command(
        name = "diff",
        description = "Compare a label set file with the version on the topic. Writes nothing.",
        footer = {"", "Exit code 0: no difference; 1: differences, or the topic has no such set."})
final class LabelsDiffCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private final KafkaOptions kafka = new KafkaOptions();

    @Mixin
    private final LabelTopic topic = new LabelTopic();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Parameters(
            paramLabel = "FILE|NAME",
            description = "The label set: a file (YAML), or a bundled one: everyday, moderation.")
    private String file = "";

    @Override
    public Integer call() throws IOException {
        LabelSet set;
        try {
            set = LabelSetFile.fileOrBundled(file);
        } catch (LabelSetException e) {
            spec.commandLine().getErr().println("clipstream labels diff: " + e.getMessage());
            return Failures.INPUT_FAILED;
        }
        Optional<LabelSet> before = topic.open(kafka, AclOperation.READ).read().find(set.name());
        if (output.asksForJson() || !Terminal.isOutput()) {
            new JsonLines().write(LabelDifferences.json(before, set));
        } else {
            PrintWriter out = spec.commandLine().getOut();
            LabelDifferences.print(before, set, out);
            out.flush();
        }
        return before.filter(set::equals).isPresent() ? CommandLine.ExitCode.OK : Failures.INPUT_FAILED;
    }
}
