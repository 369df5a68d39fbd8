package dev.clipstream.cli.option;

import dev.clipstream.cli.output.JsonLines;
import dev.clipstream.cli.output.LineWriter;
import dev.clipstream.cli.output.Progress;
import dev.clipstream.cli.output.RowWriter;
import dev.clipstream.cli.output.Table;
import dev.clipstream.cli.output.Terminal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine.Option;

/// The option `--json`: JSON Lines even where standard output is a terminal, which gets a table by default.
public final class OutputOption {
    @Option(names = "--json", description = "Print JSON lines on a terminal, too, which gets a table by default.")
    private boolean json;

    /// Returns whether the user asks for JSON, whatever standard output is.
    public boolean asksForJson() {
        return json;
    }

    /// Returns a writer of JSON Lines, or of a table if standard output is a terminal.
    ///
    /// @param header titles of the table's columns
    /// @param rows   returns the rows of a result that is no error
    public LineWriter writer(String header, Function<Map<String, ?>, List<String>> rows) {
        return json || !Terminal.isOutput()
                ? new JsonLines()
                : new Table(header, line -> line.containsKey("error") ? failed(line) : rows.apply(line));
    }

    /// Returns a writer of results that bring their row: JSON Lines, or a table if standard output is a terminal.
    ///
    /// @param header titles of the table's columns
    public RowWriter rowWriter(String header) {
        if (json || !Terminal.isOutput()) {
            LineWriter lines = new JsonLines();
            return (line, row) -> lines.write(line);
        }
        return Table.ofRows(header);
    }

    /// Returns a progress bar for work that prints its results as it goes: none if they appear on the terminal.
    ///
    /// @param total number of steps; -1: unknown
    public Progress progress(String task, long total) {
        return Terminal.isOutput() ? Progress.none() : Progress.of(task, total);
    }

    private static List<String> failed(Map<String, ?> line) {
        Object input = line.get("input") == null ? line.get("key") : line.get("input");
        return List.of(String.format(
                Locale.ROOT,
                "%-36s  error: %s",
                Terminal.text(String.valueOf(input)),
                Terminal.text(String.valueOf(line.get("error")))));
    }
}
