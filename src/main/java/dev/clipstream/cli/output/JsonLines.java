package dev.clipstream.cli.output;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// Writes JSON Lines to standard output: one JSON object per line, in UTF-8.
///
/// Each line is flushed, so that a downstream reader sees it immediately.
public final class JsonLines implements LineWriter {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);

    @Override
    public boolean write(Map<String, ?> object) {
        out.print(onOneLine(JSON.writeValueAsString(object)));
        out.print('\n');
        return !out.checkError();
    }

    /// Escapes characters that JSON allows in strings but that some readers treat as line ends, such as Python's
    /// `splitlines`.
    private static String onOneLine(String json) {
        return json.replace("\u0085", "\\u0085").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029");
    }
}
