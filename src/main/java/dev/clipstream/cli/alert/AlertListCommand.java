package dev.clipstream.cli.alert;

import dev.clipstream.cli.option.KafkaOptions;
import dev.clipstream.cli.option.LabelTopic;
import dev.clipstream.cli.option.OutputOption;
import dev.clipstream.cli.output.LineWriter;
import dev.clipstream.cli.output.Terminal;
import dev.clipstream.label.LabelSet;
import dev.clipstream.runtime.kafka.labels.KafkaStandingQueries;
import dev.clipstream.search.StandingQueryJson;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.common.acl.AclOperation;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Prints the standing queries.
@Command(
        name = "list",
        description = {
            "List the standing queries.",
            "Output in a pipe, or with --json: one line per standing query, as GET /v1/alerts has it."
        })
final class AlertListCommand implements Callable<Integer> {
    private static final String HEADER =
            String.format(Locale.ROOT, "%-24s  %7s  %9s  %s", "name", "version", "min score", "query");

    @Mixin
    private final KafkaOptions kafka = new KafkaOptions();

    @Mixin
    private final LabelTopic topic = new LabelTopic();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() throws IOException {
        LineWriter out = output.writer(HEADER, AlertListCommand::row);
        for (LabelSet set : new KafkaStandingQueries(topic.open(kafka, AclOperation.READ)).all()) {
            if (!out.write(StandingQueryJson.of(set))) {
                break;
            }
        }
        return CommandLine.ExitCode.OK;
    }

    private static List<String> row(Map<String, ?> line) {
        Object text = line.get("text");
        return List.of(String.format(
                Locale.ROOT,
                "%-24s  %7s  %9s  %s",
                Terminal.text(String.valueOf(line.get("name"))),
                Terminal.text(String.valueOf(line.get("version"))),
                Terminal.decimals(line.get("threshold")),
                Terminal.text(
                        text == null
                                ? "like " + line.get("picture") + ", cosine " + line.get("minCosine")
                                : String.valueOf(text))));
    }
}
