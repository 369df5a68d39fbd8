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

    @Override
    public boolean write(Map<String, ?> line) {
        if (!begun) {
            out.println(header);
            begun = true;
        }
        rows.apply(line).forEach(out::println);
        return !out.checkError();
    }
}
