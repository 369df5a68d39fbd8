package dev.clipstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/// The commands and options that documents name exist.
class DocumentedCommandsTest {
    /// Commands that the launcher serves itself.
    private static final Set<String> LAUNCHER = Set.of("verify", "test-tool");

    /// `clipstream` with the rest of its line, as far as a shell or Markdown lets it go.
    private static final Pattern COMMAND = Pattern.compile("(?<![\\w/])(?:\\./)?clipstream ([a-z][^`|#&>\\n]*)");

    private static final Pattern OPTION = Pattern.compile("(?<=\\s)--[a-z][a-z-]*");

    @ParameterizedTest
    @MethodSource("dev.clipstream.Documents#all")
    void everyCommandAndOptionThatADocumentNamesExists(Path document) throws IOException {
        String text = Files.readString(document).replaceAll("\\\\\\n\\s*", " ");
        List<String> unknown = COMMAND.matcher(text)
                .results()
                .map(match -> match.group(1))
                .flatMap(DocumentedCommandsTest::unknown)
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

    /// What of a command line the program does not have.
    private static Stream<String> unknown(String line) {
        String[] words = line.strip().split("\\s+", 3);
        String name = words[0];
        if (LAUNCHER.contains(name)) {
            return Stream.empty();
        }
        CommandLine command = Clipstream.commands().stream()
                .filter(known -> known.getCommandName().equals(words[0]))
                .findFirst()
                .orElse(null);
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
}
