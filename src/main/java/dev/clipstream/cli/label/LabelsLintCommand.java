package dev.clipstream.cli.label;

import dev.clipstream.cli.option.OutputOption;
import dev.clipstream.cli.output.Failures;
import dev.clipstream.cli.output.LineWriter;
import dev.clipstream.cli.output.OutputLine;
import dev.clipstream.cli.output.Terminal;
import dev.clipstream.clip.ModelException;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.LabelSetException;
import dev.clipstream.label.LabelSetFile;
import dev.clipstream.runtime.kafka.labels.RefusedLabelsException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// Checks label set files without brokers.
@Command(
        name = "lint",
        description = "Check label set files as instances do, without brokers.",
        footer = {"", "Exit code 1: at least one file would be refused."})
final class LabelsLintCommand implements Callable<Integer> {
    private static final String HEADER =
            String.format(Locale.ROOT, "%-24s  %-12s  %6s  %s", "name", "version", "labels", "file");

    @Mixin
    private final CheckingModel model = new CheckingModel();

    @Mixin
    private final OutputOption output = new OutputOption();

    @Parameters(
            paramLabel = "FILE|NAME",
            arity = "1..*",
            description = "Label sets: files (YAML), or bundled ones: everyday, moderation.")
    private List<String> files = List.of();

    @Override
    public Integer call() throws ModelException {
        LineWriter out = output.writer(HEADER, LabelsLintCommand::row);
        boolean refused = false;
        for (String file : files) {
            try {
                LabelSet set = LabelSetFile.fileOrBundled(file);
                out.write(line(file, set, model.check(set)));
            } catch (LabelSetException | RefusedLabelsException e) {
                refused = true;
                out.write(OutputLine.error(file, e));
            }
        }
        return refused ? Failures.INPUT_FAILED : CommandLine.ExitCode.OK;
    }

    private static Map<String, Object> line(String file, LabelSet set, List<String> warnings) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("input", file);
        line.put("name", set.name());
        line.put("version", set.version());
        line.put("labels", set.labels().size());
        line.put("warnings", warnings);
        return line;
    }

    private static List<String> row(Map<String, ?> line) {
        List<String> rows = new ArrayList<>();
        rows.add(String.format(
                Locale.ROOT,
                "%-24s  %-12s  %6s  %s",
                Terminal.text(String.valueOf(line.get("name"))),
                Terminal.text(String.valueOf(line.get("version"))),
                line.get("labels"),
                Terminal.text(String.valueOf(line.get("input")))));
        if (line.get("warnings") instanceof List<?> warnings) {
            warnings.forEach(warning -> rows.add("  warning: " + Terminal.text(String.valueOf(warning))));
        }
        return rows;
    }
}
