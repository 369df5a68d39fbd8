package dev.clipstream.bench.report;

import java.util.List;
import java.util.Map;

/// A part of the report: one benchmark.
///
/// @param title    of the benchmark
/// @param command  that runs it alone
/// @param about    what was measured and how, in a few sentences
/// @param charts   its main results
/// @param columns  titles of the table's columns
/// @param rows     of the table, each with a value for each column
/// @param meanings what the figures mean: a term and a sentence
public record Section(
        String title,
        String command,
        String about,
        List<Chart> charts,
        List<String> columns,
        List<List<String>> rows,
        Map<String, String> meanings) {
    public Section {
        charts = List.copyOf(charts);
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
    }

    /// Returns the section of a benchmark that failed.
    public static Section failed(String title, String command, String message) {
        return new Section(title, command, "Not measured: " + message, List.of(), List.of(), List.of(), Map.of());
    }

    /// Returns a table of names and values.
    static List<List<String>> table(Map<String, String> rows) {
        return rows.entrySet().stream()
                .map(row -> List.of(row.getKey(), row.getValue()))
                .toList();
    }
}
