package dev.clipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.cli.Clipstream;
import dev.clipstream.event.LabelSet;
import dev.clipstream.event.MediaAlert;
import dev.clipstream.event.MediaEmbedded;
import dev.clipstream.event.MediaFeedback;
import dev.clipstream.event.MediaRejected;
import dev.clipstream.event.MediaTagged;
import dev.clipstream.event.MediaUploaded;
import dev.clipstream.event.RejectionReason;
import dev.clipstream.runtime.settings.SettingsTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/// What the documents name exists, and what they tabulate is what the program does. The documents are all Markdown
/// files of the repository.
class DocumentationTest {
    /// Commands that the launcher serves itself.
    private static final Set<String> LAUNCHER = Set.of("verify", "test-tool");

    /// Folders that hold no documents of ours, or whose contents come and go.
    private static final Set<String> SKIPPED = Set.of(".git", "target", "clipstream-data", "node_modules");

    /// `./clipstream` with the rest of its line, as far as a shell or Markdown lets it go.
    private static final Pattern COMMAND = Pattern.compile("(?<![\\w/])(?:\\./)?clipstream ([a-z][^`|#&>\\n]*)");

    private static final Pattern OPTION = Pattern.compile("(?<=\\s)--[a-z][a-z-]*");
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.+)$");

    /// A class of ours in backticks: at least two capitals, so that no word of prose is meant.
    private static final Pattern TYPE = Pattern.compile("`([A-Z][a-z]+(?:[A-Z][A-Za-z0-9]*)+)`");

    /// Types of others, and of an example, that documents mention in the same way.
    private static final Set<String> FOREIGN = Set.of("EventSource", "KafkaClientSupplier", "LongClip");

    @Test
    void theSettingsTableIsThatOfTheSettings() throws IOException {
        String document = Files.readString(Path.of("docs/settings.md"));

        assertThat(document.substring(document.indexOf('|')))
                .as("Expected the table of the settings. Replace it with the output of ./clipstream settings")
                .isEqualTo(SettingsTable.markdown());
    }

    @ParameterizedTest
    @EnumSource
    void everyRejectionIsInTheReadme(RejectionReason reason) throws IOException {
        String row =
                "| `" + reason.code() + "` | " + reason.stage() + " | " + (reason.retryable() ? "yes" : "no") + " |";

        assertThat(Files.readString(Path.of("README.md"))).contains(row);
    }

    @Test
    void everyPackageIsInTheLayout() throws IOException {
        String layout = Files.readString(Path.of("CONTRIBUTING.md"));
        for (String set : List.of("main", "train")) {
            try (Stream<Path> packages = Files.list(Path.of("src", set, "java", "dev", "clipstream"))) {
                assertThat(packages.filter(Files::isDirectory).map(Path::getFileName))
                        .isNotEmpty()
                        .allSatisfy(name -> assertThat(layout).contains("| `" + name + "` | "));
            }
        }
    }

    @ParameterizedTest
    @MethodSource
    void everySchemasFirstBytesAreInItsTable(Schema schema) throws IOException, NoSuchAlgorithmException {
        byte[] fingerprint = SchemaNormalization.parsingFingerprint("CRC-64-AVRO", schema);
        String header = "c301" + HexFormat.of().formatHex(fingerprint);

        assertThat(Files.readString(Path.of("schemas/README.md")))
                .containsPattern("`" + schema.getName() + "`.* `" + header + "` \\|");
    }

    static Stream<Schema> everySchemasFirstBytesAreInItsTable() {
        return Stream.of(
                MediaUploaded.getClassSchema(),
                MediaEmbedded.getClassSchema(),
                MediaTagged.getClassSchema(),
                MediaRejected.getClassSchema(),
                LabelSet.getClassSchema(),
                MediaAlert.getClassSchema(),
                MediaFeedback.getClassSchema());
    }

    @ParameterizedTest
    @MethodSource("documents")
    void aDocumentSaysInItsFirstLineWhoItIsFor(Path document) throws IOException {
        List<String> lines = Files.readAllLines(document).stream()
                .filter(line -> !line.isBlank())
                .toList();

        assertThat(lines.getFirst()).as("Expected a title as the first line").startsWith("# ");
        assertThat(lines.get(1))
                .as("Expected the readers below the title, such as: For operators who run Clipstream in production.")
                .startsWith("For ");
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyPathThatADocumentNamesExists(Path document) throws IOException {
        Pattern path = Pattern.compile("(?<![\\w./-])((?:" + rootFolders() + ")/[\\w./-]*[\\w/-])(?![\\w/#-]|\\.\\w)");
        Set<String> missing = found(path, document)
                .filter(name -> !Files.exists(Path.of(name)))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(missing).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyLinkOfADocumentLeadsSomewhere(Path document) throws IOException {
        Set<String> broken = new TreeSet<>();
        for (String link : found(LINK, document).toList()) {
            if (!link.matches("[a-z]+:.*") && !leadsSomewhere(document, link)) {
                broken.add(link);
            }
        }

        assertThat(broken).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyTypeThatADocumentNamesExists(Path document) throws IOException {
        Set<String> known = types();
        Set<String> missing = found(TYPE, document)
                .filter(name -> !FOREIGN.contains(name) && !known.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(missing).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void everyCommandAndOptionThatADocumentNamesExists(Path document) throws IOException {
        String text = Files.readString(document).replaceAll("\\\\\\n\\s*", " ");
        List<String> unknown = COMMAND.matcher(text)
                .results()
                .map(match -> match.group(1))
                .flatMap(DocumentationTest::unknown)
                .toList();

        assertThat(unknown).isEmpty();
    }

    @Test
    void anUnknownCommandOrOptionIsFound() {
        assertThat(unknown("run --bootstrap-servers localhost:9092")).isEmpty();
        assertThat(unknown("index list --index redis://localhost")).isEmpty();
        assertThat(unknown("fly --high")).containsExactly("fly");
        assertThat(unknown("index list --nonsense")).containsExactly("index list --nonsense");
    }

    static List<Path> documents() throws IOException {
        List<Path> documents;
        try (Stream<Path> files = Files.walk(Path.of(""))) {
            documents = files.filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> Stream.of(file.toString().split("/")).noneMatch(SKIPPED::contains))
                    .sorted()
                    .toList();
        }
        assertThat(documents).contains(Path.of("README.md"), Path.of("topologies/RATIONALE.md"));
        return documents;
    }

    /// What of a command line the program does not have.
    private static Stream<String> unknown(String line) {
        String[] words = line.strip().split("\\s+", 3);
        String name = words[0];
        if (LAUNCHER.contains(name)) {
            return Stream.empty();
        }
        CommandLine command = Clipstream.commandLine().getSubcommands().get(name);
        if (command == null) {
            return Stream.of(name);
        }
        if (words.length > 1 && command.getSubcommands().containsKey(words[1])) {
            name += " " + words[1];
            command = command.getSubcommands().get(words[1]);
        }
        List<String> unknown = new ArrayList<>();
        Matcher options = OPTION.matcher(line);
        while (options.find()) {
            if (!command.getCommandSpec().optionsMap().containsKey(options.group())) {
                unknown.add(name + " " + options.group());
            }
        }
        return unknown.stream();
    }

    private static boolean leadsSomewhere(Path document, String link) throws IOException {
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]);
        if (!Files.exists(target)) {
            return false;
        }
        return parts.length == 1
                || HEADING.matcher(Files.readString(target))
                        .results()
                        .anyMatch(heading -> anchor(heading.group(1)).equals(parts[1]));
    }

    /// The anchor that GitHub gives a heading.
    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
    }

    private static String rootFolders() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(""))) {
            return files.filter(Files::isDirectory)
                    .map(Path::toString)
                    .filter(name -> !SKIPPED.contains(name))
                    .map(Pattern::quote)
                    .collect(Collectors.joining("|"));
        }
    }

    /// The names of our source files and schemas, without their endings.
    private static Set<String> types() throws IOException {
        Set<String> names = new TreeSet<>();
        for (Path root : List.of(Path.of("src"), Path.of("schemas"))) {
            try (Stream<Path> files = Files.walk(root)) {
                files.map(file -> file.getFileName().toString())
                        .filter(name -> name.endsWith(".java") || name.endsWith(".avsc"))
                        .forEach(name -> names.add(name.substring(0, name.lastIndexOf('.'))));
            }
        }
        return names;
    }

    private static Stream<String> found(Pattern pattern, Path document) throws IOException {
        return pattern.matcher(Files.readString(document)).results().map((MatchResult match) -> match.group(1));
    }
}
