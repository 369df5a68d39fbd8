package dev.clipstream.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The result of a command that ran in this process.
///
/// @param out standard output
/// @param err standard error
public record Ran(int exitCode, String out, String err) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// Returns the lines of standard output, each a JSON object.
    public List<JsonNode> json() {
        return out.lines().map(JSON::readTree).toList();
    }

    /// Returns the lines of standard error.
    public List<String> errLines() {
        return err.lines().toList();
    }

    public static Ran of(String... arguments) {
        PrintStream outBefore = System.out;
        PrintStream errBefore = System.err;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        try {
            int exitCode = Clipstream.run(arguments);
            return new Ran(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(outBefore);
            System.setErr(errBefore);
        }
    }
}
