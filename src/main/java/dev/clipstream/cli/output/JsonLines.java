package dev.clipstream.cli.output;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// Data on standard output: one JSON object a line, UTF-8, flushed line by line so that a reader downstream sees each
/// at once.
public final class JsonLines {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final PrintStream out = new PrintStream(
            new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16), false, StandardCharsets.UTF_8);

    /// Writes one object, its members in the map's order.
    ///
    /// @return false if the reader is gone (a closed pipe): nothing more needs to be written
    public boolean write(Map<String, ?> object) {
        out.print(onOneLine(JSON.writeValueAsString(object)));
        out.print('\n');
        return !out.checkError();
    }

    /// Escapes what JSON allows in a string and line readers (Python's `splitlines`, for one) take for the end of a
    /// line.
    private static String onOneLine(String json) {
        return json.replace("\u0085", "\\u0085").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029");
    }
}
