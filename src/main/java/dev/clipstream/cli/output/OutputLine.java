package dev.clipstream.cli.output;

import java.util.LinkedHashMap;
import java.util.Map;

/// Creates output lines with members in the documented order.
public final class OutputLine {
    private OutputLine() {}

    /// Returns a line with two members.
    public static Map<String, Object> of(String first, Object firstValue, String second, Object secondValue) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put(first, firstValue);
        line.put(second, secondValue);
        return line;
    }

    /// Returns the line that reports a failed input.
    public static Map<String, Object> error(String input, Throwable failure) {
        return of("input", input, "error", Failures.explain(failure));
    }
}
