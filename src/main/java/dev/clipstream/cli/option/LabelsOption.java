package dev.clipstream.cli.option;

import dev.clipstream.label.LabelSet;
import dev.clipstream.label.LabelSetException;
import dev.clipstream.label.LabelSetFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The option `--labels`: the labels that images are tagged with.
public final class LabelsOption {
    @Option(
            names = "--labels",
            paramLabel = "FILE|\"cat,dog\"",
            description =
                    "A label set file (YAML), or label names separated by commas. Default: about 200 everyday labels.")
    private @Nullable String labels;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /// Reads the label set.
    ///
    /// @throws CommandLine.ParameterException if it is neither a file nor names of labels
    /// @throws LabelSetException              if the file is not a label set
    public LabelSet read() throws LabelSetException {
        if (labels == null) {
            return LabelSetFile.everyday();
        }
        try {
            return LabelSetFile.fileOrNames(labels);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--labels: " + e.getMessage(), e);
        }
    }
}
