package dev.clipstream.cli.option;

import dev.clipstream.label.LabelSet;
import dev.clipstream.label.LabelSetException;
import dev.clipstream.label.LabelSetFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Which labels a command tags with.
public final class LabelsOption {
    @Option(
            names = "--labels",
            paramLabel = "FILE|\"cat,dog\"",
            description =
                    "A label set file (YAML), or label names with commas between. Default: about 200 everyday labels.")
    private @Nullable String labels;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /// @throws CommandLine.ParameterException if the names are none, or not such as labels can have
    /// @throws LabelSetException              if the file is no label set
    public LabelSet read() throws LabelSetException {
        if (labels == null) {
            return LabelSetFile.everyday();
        }
        if (Files.isRegularFile(Path.of(labels)) || labels.matches(".*\\.ya?ml")) {
            return LabelSetFile.read(Path.of(labels));
        }
        List<String> names = Arrays.stream(labels.split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
        if (names.isEmpty()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "--labels takes a file, or label names with commas between, found '" + labels + "'");
        }
        try {
            return LabelSetFile.ofNames(names);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "Invalid value for option '--labels': " + e.getMessage(), e);
        }
    }
}
