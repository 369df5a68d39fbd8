package dev.clipstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/// The help of every command reads like a sentence, and shows no Java names.
class HelpTest {
    @ParameterizedTest
    @MethodSource("commands")
    void isComplete(CommandLine command) {
        String help = command.getUsageMessage(CommandLine.Help.Ansi.OFF);
        String[] description = command.getCommandSpec().usageMessage().description();

        assertThat(description[0])
                .as("the summary in the list of commands")
                .endsWith(".")
                .doesNotContain("Output:");
        assertThat(help).doesNotContainPattern("Default:\\s+[A-Z]{2,}\\.").doesNotContainPattern("=<");
        assertThat(help.contains("The launcher also provides")).isEqualTo(command.getParent() == null);
    }

    static Stream<CommandLine> commands() {
        return ofAll(Clipstream.commandLine());
    }

    private static Stream<CommandLine> ofAll(CommandLine command) {
        return Stream.concat(
                Stream.of(command),
                command.getSubcommands().values().stream().distinct().flatMap(HelpTest::ofAll));
    }

    @Test
    void helpOfACommandIsItsUsage() {
        assertThat(Ran.of("help", "tag").out())
                .isEqualTo(Ran.of("tag", "--help").out())
                .startsWith("Usage: clipstream tag");
    }

    @Test
    void completionKnowsCommandsAndOptions() {
        List<String> script = Ran.of("generate-completion").out().lines().toList();

        assertThat(script)
                .anyMatch(line -> line.contains("commands=\"") && line.contains(" consume "))
                .anyMatch(line -> line.contains("'--bootstrap-servers'"));
    }
}
