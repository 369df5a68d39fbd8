package dev.clipstream.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The result of a command that ran in this process.
///
/// @param err standard error
public record Ran(int exitCode, String err) {

    /// Returns the lines of standard error.
    public List<String> errLines() {
        return err.lines().toList();
    }

    public static Ran of(String... arguments) {
        PrintStream errBefore = System.err;
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        try {
            int exitCode = Clipstream.run(arguments);
            return new Ran(exitCode, err.toString(StandardCharsets.UTF_8));
        } finally {
            System.setErr(errBefore);
        }
    }
}
