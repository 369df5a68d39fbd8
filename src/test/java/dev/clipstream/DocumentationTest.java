package dev.clipstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.event.LabelSet;
import dev.clipstream.event.MediaEmbedded;
import dev.clipstream.event.MediaRejected;
import dev.clipstream.event.MediaTagged;
import dev.clipstream.event.MediaUploaded;
import dev.clipstream.event.RejectionReason;
import dev.clipstream.runtime.SettingsTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the documentation names exists, and what it tabulates is what the program does.
class DocumentationTest {
    /// Commands that the launcher serves itself.
    private static final Set<String> LAUNCHER = Set.of("verify", "test-tool");

    private static final Pattern COMMAND = Pattern.compile("\\./clipstream ([a-z][a-z-]*)");
    private static final Pattern PATH =
            Pattern.compile("[`(]((?:\\.ci|docs|models|samples|schemas|src|topologies)(?:/[A-Za-z0-9._-]+)*/?)[`)#]");

    @Test
    void theSettingsTableIsThatOfTheSettings() throws IOException {
        assertThat(Files.readString(Path.of("docs/settings.md")))
                .as("docs/settings.md is generated: ./clipstream settings > docs/settings.md")
                .isEqualTo(SettingsTable.markdown());
    }

    @ParameterizedTest
    @EnumSource
    void everyRejectionIsInTheReadme(RejectionReason reason) throws IOException {
        String row =
                "| `" + reason.code() + "` | " + reason.stage() + " | " + (reason.retryable() ? "yes" : "no") + " |";

        assertThat(Files.readString(Path.of("README.md"))).contains(row);
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
                LabelSet.getClassSchema());
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "topologies/README.md", "topologies/RATIONALE.md"})
    void everyPathThatADocumentNamesExists(String document) throws IOException {
        Set<String> missing = found(PATH, document)
                .filter(path -> !Files.exists(Path.of(path)))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(missing).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "topologies/README.md", "topologies/RATIONALE.md"})
    void everyCommandThatADocumentNamesExists(String document) throws IOException {
        String program = Files.readString(Path.of("src/main/java/dev/clipstream/cli/Clipstream.java"))
                + Files.readString(Path.of("src/train/java/dev/clipstream/train/cli/TrainingCommands.java"));
        Set<String> unknown = found(COMMAND, document)
                .filter(command -> !LAUNCHER.contains(command))
                .filter(command -> !program.contains(
                        Character.toUpperCase(command.charAt(0)) + command.substring(1) + "Command.class"))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(unknown).isEmpty();
    }

    private static Stream<String> found(Pattern pattern, String document) throws IOException {
        return pattern.matcher(Files.readString(Path.of(document)))
                .results()
                .map((MatchResult match) -> match.group(1));
    }
}
