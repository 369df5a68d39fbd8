package dev.clipstream.cli.output;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Writes results as rows of a table for a terminal. Prints the header before the first row.
public final class Table implements LineWriter {
    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final Function<Map<String, ?>, List<String>> rows;
    private final String header;
    private boolean begun;

    /// @param header titles of the columns, as wide as these
    /// @param rows   returns the rows of a result, with texts that passed [Terminal#text]
    public Table(String header, Function<Map<String, ?>, List<String>> rows) {
        this.header = header;
        this.rows = rows;
    }

    /// Returns a writer of results that bring their row.
    public static RowWriter ofRows(String header) {
        Table table = new Table(header, line -> List.of());
        return (line, row) -> table.print(List.of(row));
    }

    @Override
    public boolean write(Map<String, ?> line) {
        return print(rows.apply(line));
    }

    private boolean print(List<String> lines) {
        if (!begun) {
            out.println(header);
            begun = true;
        }
        lines.forEach(out::println);
        return !out.checkError();
    }
}
