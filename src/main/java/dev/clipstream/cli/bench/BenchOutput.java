package dev.clipstream.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// What all benchmarks print: progress and a table on standard error, one JSON line on standard output.
final class BenchOutput {
    private BenchOutput() {}

    /// Prints a line of progress.
    static void log(String line) {
        System.err.println("clipstream bench: " + line);
    }

    /// Prints a table of names and values.
    static void table(Map<String, String> rows) {
        int width = rows.keySet().stream().mapToInt(String::length).max().orElse(1);
        rows.forEach((what, value) -> System.err.printf(Locale.ROOT, "  %-" + width + "s  %s%n", what, value));
    }

    /// Prints the results as JSON.
    ///
    /// @param results a record, or a map with names
    static void json(Object results) {
        System.out.println(line(results));
    }

    /// Prints the results as JSON, and writes them to a file.
    ///
    /// @param file null: none
    /// @throws IOException if the file cannot be written
    static void json(Object results, @Nullable Path file) throws IOException {
        String line = line(results);
        System.out.println(line);
        if (file != null) {
            Files.writeString(file, line + "\n");
        }
    }

    private static String line(Object results) {
        return JsonMapper.builder().build().writeValueAsString(results);
    }
}
