package dev.clipstream.cli.label;

import dev.clipstream.cli.option.KafkaOptions;
import dev.clipstream.cli.option.LabelTopic;
import dev.clipstream.cli.option.OutputOption;
import dev.clipstream.cli.output.LineWriter;
import dev.clipstream.cli.output.OutputLine;
import dev.clipstream.cli.output.Terminal;
import dev.clipstream.label.LabelSet;
import dev.clipstream.runtime.kafka.labels.LabelWriter.Contents;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.common.acl.AclOperation;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Lists the label sets on the topic.
@Command(name = "list", description = "List the label sets and standing queries on the topic.")
final class LabelsListCommand implements Callable<Integer> {
    private static final String HEADER = String.format(
            Locale.ROOT, "%-24s  %-12s  %6s  %-9s  %s", "name", "version", "labels", "mode", "description");

    @Mixin
    private final KafkaOptions kafka = new KafkaOptions();

    @Mixin
    private final LabelTopic topic = new LabelTopic();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Override
    public Integer call() throws IOException {
        LineWriter out = output.writer(HEADER, LabelsListCommand::row);
        Contents now = topic.open(kafka, AclOperation.READ).read();
        for (Map.Entry<String, Optional<LabelSet>> one : now.sets().entrySet()) {
            long offset = now.offsets().getOrDefault(one.getKey(), -1L);
            if (!out.write(one.getValue()
                    .map(set -> line(set, offset))
                    .orElseGet(() -> OutputLine.of(
                            "input",
                            one.getKey(),
                            "error",
                            "offset " + offset + " is no valid label set; instances refuse it")))) {
                break;
            }
        }
        return CommandLine.ExitCode.OK;
    }

    private static Map<String, Object> line(LabelSet set, long offset) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("name", set.name());
        line.put("version", set.version());
        line.put("labels", set.labels().size());
        line.put("mode", set.mode().name().toLowerCase(Locale.ROOT));
        line.put("alert", set.alert() != null);
        line.put("description", set.description());
        line.put("digest", set.digest());
        line.put("offset", offset);
        return line;
    }

    private static List<String> row(Map<String, ?> line) {
        return List.of(String.format(
                Locale.ROOT,
                "%-24s  %-12s  %6s  %-9s  %s",
                Terminal.text(String.valueOf(line.get("name"))),
                Terminal.text(String.valueOf(line.get("version"))),
                line.get("labels"),
                Boolean.TRUE.equals(line.get("alert")) ? "alert" : line.get("mode"),
                Terminal.text(String.valueOf(line.get("description")))));
    }
}
