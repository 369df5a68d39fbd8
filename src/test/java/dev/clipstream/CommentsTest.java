package dev.clipstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Comment lines fit the page, and comment paragraphs are filled. The formatter does neither: `pom.xml` makes it leave
/// comment lines alone, because it would wrap them one by one.
class CommentsTest {
    /// Columns of a line, indentation included.
    private static final int WIDTH = 120;

    /// A line is ragged if the next line's first word would have ended at or before this column.
    private static final int RAGGED = 85;

    private static final Pattern COMMENT = Pattern.compile("^ *(//(?:/(?!/))?)(?: (.*))?$");

    /// What begins a line of its own: a list item, a tag, a table row, a heading, a code fence, indented code.
    private static final Pattern STRUCTURE = Pattern.compile("^(?:[-*] |\\d+\\. |@|\\||#|```| {4})");

    @Test
    void everyCommentLineFitsThePage() throws IOException {
        List<String> found = new ArrayList<>();
        forEachSource((file, lines) -> found.addAll(tooLong(file, lines)));

        assertThat(found)
                .as(
                        "Expected comment lines of at most %d columns. Break the line and fill the paragraph again; the"
                                + " formatter does not do it",
                        WIDTH)
                .isEmpty();
    }

    @Test
    void everyCommentParagraphIsFilled() throws IOException {
        List<String> found = new ArrayList<>();
        forEachSource((file, lines) -> found.addAll(ragged(file, lines)));

        assertThat(found)
                .as("Expected filled paragraphs, found lines that end early. Join each with the next line and fill the"
                        + " paragraph again")
                .isEmpty();
    }

    @Test
    void aLineOf130ColumnsIsFound() {
        List<String> lines =
                List.of("    /// " + "x".repeat(122), "    /// " + "x".repeat(112), "String url = \"//\";");

        assertThat(tooLong(Path.of("A.java"), lines)).containsExactly("A.java:1 has 130 columns");
    }

    @Test
    void aWrappedLineIsFound() {
        List<String> lines = List.of(
                "/// " + "x ".repeat(55) + "x",
                "/// and",
                "/// " + "x ".repeat(55) + "x",
                "///",
                "/// A list:",
                "/// - one",
                "/// - two");

        assertThat(ragged(Path.of("A.java"), lines)).containsExactly("A.java:2 ends early: /// and");
    }

    @Test
    void codeInACommentIsNoParagraph() {
        List<String> lines = List.of("/// ```", "/// a: 1", "/// b: 2", "/// ```", "///", "///     c", "///     d");

        assertThat(ragged(Path.of("A.java"), lines)).isEmpty();
    }

    private static void forEachSource(BiConsumer<Path, List<String>> check) throws IOException {
        List<Path> sources;
        try (Stream<Path> files = Files.walk(Path.of("src"))) {
            sources = files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        }
        assertThat(sources).hasSizeGreaterThan(100);
        for (Path source : sources) {
            check.accept(source, Files.readAllLines(source));
        }
    }

    private static List<String> tooLong(Path file, List<String> lines) {
        List<String> found = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            int columns = line.codePointCount(0, line.length());
            if (columns > WIDTH && line.stripLeading().startsWith("//")) {
                found.add(file + ":" + (i + 1) + " has " + columns + " columns");
            }
        }
        return found;
    }

    private static List<String> ragged(Path file, List<String> lines) {
        List<String> found = new ArrayList<>();
        boolean code = false;
        for (int i = 0; i + 1 < lines.size(); i++) {
            Matcher line = COMMENT.matcher(lines.get(i));
            Matcher next = COMMENT.matcher(lines.get(i + 1));
            if (!line.matches()) {
                code = false;
            } else if (text(line).startsWith("```")) {
                code = !code;
            } else if (!code && next.matches() && line.group(1).equals(next.group(1)) && endsEarly(line, next)) {
                found.add(file + ":" + (i + 1) + " ends early: " + lines.get(i).strip());
            }
        }
        return found;
    }

    private static boolean endsEarly(Matcher line, Matcher next) {
        String text = text(line);
        String following = text(next);
        if (text.isBlank() || following.isBlank()) {
            return false;
        }
        if (STRUCTURE.matcher(following).find()
                || text.startsWith("|")
                || text.startsWith("#")
                || text.startsWith("    ")) {
            return false;
        }
        String word = following.strip().split(" ", 2)[0];
        return line.end() + 1 + word.length() <= RAGGED;
    }

    private static String text(Matcher comment) {
        return comment.group(2) == null ? "" : comment.group(2);
    }
}
