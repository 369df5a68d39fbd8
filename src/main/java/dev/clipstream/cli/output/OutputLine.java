package dev.clipstream.cli.output;

import java.util.LinkedHashMap;
import java.util.Map;

/// Output lines whose members keep the order in which the documentation names them.
public final class OutputLine {
    private OutputLine() {}

    public static Map<String, Object> of(String first, Object firstValue, String second, Object secondValue) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put(first, firstValue);
        line.put(second, secondValue);
        return line;
    }

    /// The line of an input that failed.
    public static Map<String, Object> error(String input, Throwable failure) {
        return of("input", input, "error", Failures.explain(failure));
    }
}
