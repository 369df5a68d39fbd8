package dev.clipstream.cli;

import dev.clipstream.cli.alert.AlertsCommand;
import dev.clipstream.cli.bench.BenchCommand;
import dev.clipstream.cli.event.ConsumeCommand;
import dev.clipstream.cli.event.PublishCommand;
import dev.clipstream.cli.index.IndexCommand;
import dev.clipstream.cli.index.SearchCommand;
import dev.clipstream.cli.label.LabelsCommand;
import dev.clipstream.cli.output.Failures;
import dev.clipstream.cli.service.DemoCommand;
import dev.clipstream.cli.service.RunCommand;
import dev.clipstream.cli.service.SettingsCommand;
import dev.clipstream.cli.stage.EmbedCommand;
import dev.clipstream.cli.stage.ModelCommand;
import dev.clipstream.cli.stage.PreprocessCommand;
import dev.clipstream.cli.stage.TagCommand;
import dev.clipstream.cli.stage.TokenizeCommand;
import dev.clipstream.runtime.settings.SettingException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigException;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ScopeType;

/// The program `clipstream`: parses the command line and runs one command.
@Command(
        name = "clipstream",
        description =
                "Real-time media tagging on Kafka Streams: CLIP embeddings and zero-shot tags of uploaded images.",
        versionProvider = Clipstream.Version.class,
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND")
public final class Clipstream {
    /// The commands in the order of the help, without those of [CommandProvider]s.
    private static final List<Class<?>> COMMANDS = List.of(
            DemoCommand.class,
            RunCommand.class,
            PublishCommand.class,
            ConsumeCommand.class,
            SearchCommand.class,
            IndexCommand.class,
            LabelsCommand.class,
            AlertsCommand.class,
            TagCommand.class,
            EmbedCommand.class,
            TokenizeCommand.class,
            PreprocessCommand.class,
            ModelCommand.class,
            BenchCommand.class,
            SettingsCommand.class,
            CommandLine.HelpCommand.class,
            AutoComplete.GenerateCompletion.class);

    /// Set after the commands are added, which would inherit it.
    private static final String[] FOOTER = {
        "",
        "The launcher also provides: verify (all checks and tests: mvn verify with the JDK that it found).",
        "Data goes to standard output, messages go to standard error.",
        "Exit codes: 0 success, 1 an input failed, 2 wrong arguments, 3 environment failure (broker, model, index or"
                + " file system not available)."
    };

    private static final int MAX_SUGGESTIONS = 2;
    private static final Pattern CHOICES = Pattern.compile("expected one of \\[([^]]*)]");

    /// Runs one command and exits with its code.
    public static void main(String[] args) {
        // a proxy's password in HTTPS_PROXY, which the JDK otherwise does not send to it
        System.getProperties().putIfAbsent("jdk.http.auth.tunneling.disabledSchemes", "");
        // charts are drawn to files, also where DISPLAY names a screen that does not answer
        System.getProperties().putIfAbsent("java.awt.headless", "true");
        System.exit(run(args));
    }

    /// Runs one command in this process.
    ///
    /// @return the exit code: 0 success, 1 an input failed, 2 wrong arguments, 3 environment failure
    static int run(String... args) {
        CommandLine commandLine = commandLine();
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setExpandAtFiles(false); // a text or a path may start with @
        commandLine.setParameterExceptionHandler((failure, arguments) -> {
            CommandLine command = failure.getCommandLine();
            command.getErr()
                    .println(command.getCommandSpec().qualifiedName() + ": "
                            + message(cause(failure)) + " (see "
                            + command.getCommandSpec().qualifiedName() + " --help)");
            return CommandLine.ExitCode.USAGE;
        });
        commandLine.setExecutionExceptionHandler((failure, command, parsed) -> {
            PrintWriter err = command.getErr();
            err.println(command.getCommandSpec().qualifiedName() + ": " + Failures.explain(failure));
            if (Boolean.getBoolean("clipstream.trace")) {
                failure.printStackTrace(err);
            }
            err.flush();
            return failure instanceof SettingException || failure instanceof ConfigException
                    ? CommandLine.ExitCode.USAGE
                    : Failures.ENVIRONMENT_FAILED;
        });
        if (args.length == 0) {
            commandLine.usage(System.err);
            return CommandLine.ExitCode.USAGE;
        }
        try {
            return commandLine.execute(args);
        } catch (OutOfMemoryError e) {
            commandLine.getErr().println("clipstream: " + Failures.explain(e));
            return Failures.ENVIRONMENT_FAILED;
        }
    }

    /// Returns the command line with every command, those of [CommandProvider]s included.
    public static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new Clipstream());
        commands().forEach(commandLine::addSubcommand);
        commandLine.getCommandSpec().usageMessage().footer(FOOTER);
        return commandLine;
    }

    private static List<CommandLine> commands() {
        List<CommandLine> commands = new ArrayList<>();
        COMMANDS.forEach(command -> commands.add(new CommandLine(command)));
        for (CommandProvider provider : ServiceLoader.load(CommandProvider.class)) {
            for (CommandProvider.Entry entry : provider.commands()) {
                List<String> names =
                        commands.stream().map(CommandLine::getCommandName).toList();
                int before = names.indexOf(entry.after());
                if (before < 0) {
                    throw new IllegalStateException(
                            "Expected " + provider.getClass().getName()
                                    + " to add a command after one of " + names + ", found '" + entry.after()
                                    + "'. Correct CommandProvider.Entry.after");
                }
                commands.add(before + 1, new CommandLine(entry.command()));
            }
        }
        return commands;
    }

    /// Returns the mistyped argument that is the cause of a missing one, or the failure itself.
    private static CommandLine.ParameterException cause(CommandLine.ParameterException failure) {
        List<String> unmatched = failure.getCommandLine().getUnmatchedArguments();
        return failure instanceof CommandLine.MissingParameterException && !unmatched.isEmpty()
                ? new CommandLine.UnmatchedArgumentException(failure.getCommandLine(), unmatched)
                : failure;
    }

    /// Returns picocli's message in one line, with each enum value once and as the help has it, and with the options or
    /// commands that a mistyped one may mean.
    private static String message(CommandLine.ParameterException failure) {
        String line = String.valueOf(failure.getMessage())
                .replaceAll("\\s*\\R\\s*", " ")
                .replace("option option ", "option ")
                .strip();
        String once = CHOICES.matcher(line)
                .replaceAll(choices -> "expected one of ["
                        + Arrays.stream(choices.group(1).split(", "))
                                .map(name -> name.toLowerCase(Locale.ROOT).replace('_', '-'))
                                .distinct()
                                .collect(Collectors.joining(", "))
                        + "]");
        return failure instanceof CommandLine.UnmatchedArgumentException mistyped
                ? once + didYouMean(mistyped.getSuggestions())
                : once;
    }

    private static String didYouMean(List<String> suggestions) {
        return suggestions.isEmpty()
                ? ""
                : ". Did you mean "
                        + suggestions.stream().limit(MAX_SUGGESTIONS).collect(Collectors.joining(" or ")) + "?";
    }

    /// The version from the manifest of the jar.
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Clipstream.class.getPackage().getImplementationVersion();
            return new String[] {"clipstream " + (version == null ? "(from class files)" : version)};
        }
    }
}
