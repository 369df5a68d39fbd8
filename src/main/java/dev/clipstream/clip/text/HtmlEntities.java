package dev.clipstream.clip.text;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The 2,231 named character references of the HTML standard.
final class HtmlEntities {
    /// One per line: the name (with its semicolon, or without where HTML allows it), a tab, code points in
    /// hexadecimal.
    private static final String TABLE = "html-entities.tsv";

    private static final Map<String, String> BY_NAME = read();

    private HtmlEntities() {}

    /// Returns the characters that a name stands for.
    ///
    /// @param name without the ampersand, with the semicolon if it has one
    static Optional<String> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    private static Map<String, String> read() {
        Map<String, String> byName = new HashMap<>();
        try (InputStream table = HtmlEntities.class.getResourceAsStream(TABLE)) {
            if (table == null) {
                throw new IOException("no such resource");
            }
            BufferedReader lines = new BufferedReader(new InputStreamReader(table, StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int tab = line.indexOf('\t');
                byName.put(line.substring(0, tab), characters(line.substring(tab + 1)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + TABLE + ": build the program again", e);
        }
        return Map.copyOf(byName);
    }

    private static String characters(String codePoints) {
        StringBuilder characters = new StringBuilder();
        int from = 0;
        while (from < codePoints.length()) {
            int space = codePoints.indexOf(' ', from);
            int to = space < 0 ? codePoints.length() : space;
            characters.appendCodePoint(Integer.parseInt(codePoints, from, to, 16));
            from = to + 1;
        }
        return characters.toString();
    }
}
