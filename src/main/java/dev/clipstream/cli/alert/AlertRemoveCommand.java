package dev.clipstream.cli.alert;

import dev.clipstream.cli.option.KafkaOptions;
import dev.clipstream.cli.option.LabelTopic;
import dev.clipstream.cli.output.Failures;
import dev.clipstream.runtime.kafka.labels.KafkaStandingQueries;
import dev.clipstream.search.SearchException;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.apache.kafka.common.acl.AclOperation;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Removes a standing query.
@Command(name = "remove", description = "Remove a standing query. Alerts that are written already stay.")
final class AlertRemoveCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private final KafkaOptions kafka = new KafkaOptions();

    @Mixin
    private final LabelTopic topic = new LabelTopic();

    @Parameters(index = "0", paramLabel = "NAME", description = "The name.")
    private String name = "";

    @Override
    public Integer call() throws IOException {
        try {
            new KafkaStandingQueries(topic.open(kafka, AclOperation.WRITE)).remove(name);
            return CommandLine.ExitCode.OK;
        } catch (SearchException e) {
            spec.commandLine().getErr().println("clipstream alerts: " + e.getMessage());
            return Failures.INPUT_FAILED;
        }
    }
}
