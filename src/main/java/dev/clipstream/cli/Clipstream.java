package dev.clipstream.cli;

import dev.clipstream.runtime.SettingException;
import java.io.PrintWriter;
import org.apache.kafka.common.config.ConfigException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ScopeType;

/// The program: one command line over every stage.
@Command(
        name = "clipstream",
        description = "Real-time media tagging on Kafka Streams: CLIP vectors and zero-shot tags of uploaded pictures.",
        versionProvider = Clipstream.Version.class,
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DemoCommand.class,
            RunCommand.class,
            PublishCommand.class,
            ConsumeCommand.class,
            SearchCommand.class,
            IndexCommand.class,
            TagCommand.class,
            EmbedCommand.class,
            TokenizeCommand.class,
            PreprocessCommand.class,
            ScenesCommand.class,
            ModelCommand.class,
            BenchCommand.class,
            TrainCommand.class,
            EvaluateCommand.class,
            SettingsCommand.class
        },
        footer = {
            "",
            "The launcher itself serves: verify (every check and test: mvn verify with the JDK it found).",
            "Data goes to standard output, talk to standard error.",
            "Exit codes: 0 done, 1 an input failed, 2 wrong arguments, 3 the world failed (no broker, no model, no"
                    + " JDK)."
        })
public final class Clipstream {

    /// Runs one command and exits with its code.
    public static void main(String[] args) {
        System.exit(run(args));
    }

    /// Runs one command in this process.
    ///
    /// @return its exit code: 0 done, 1 an input failed, 2 wrong arguments, 3 the world failed
    static int run(String... args) {
        CommandLine commandLine = new CommandLine(new Clipstream());
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setExpandAtFiles(false); // a text or a path may begin with @
        commandLine.setParameterExceptionHandler((wrong, given) -> {
            CommandLine command = wrong.getCommandLine();
            command.getErr()
                    .println(command.getCommandSpec().qualifiedName() + ": "
                            + oneLine(String.valueOf(wrong.getMessage())) + " (see "
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
                    : Failures.WORLD_FAILED;
        });
        if (args.length == 0) {
            commandLine.usage(System.err);
            return CommandLine.ExitCode.USAGE;
        }
        return commandLine.execute(args);
    }

    private static String oneLine(String message) {
        return message.replaceAll("\\s*\\R\\s*", " ").strip();
    }

    /// The version of the jar's manifest.
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Clipstream.class.getPackage().getImplementationVersion();
            return new String[] {"clipstream " + (version == null ? "(from class files)" : version)};
        }
    }
}
