package dev.clipstream.cli.option;

import dev.clipstream.label.LabelSet;
import dev.clipstream.label.LabelSetException;
import dev.clipstream.label.LabelSetFile;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The option `--labels`: the labels that images are tagged with.
public final class LabelsOption {
    @Option(
            names = "--labels",
            paramLabel = "FILE|NAME|\"cat,dog\"",
            description =
                    "A label set file (YAML), a bundled label set (everyday, moderation), or label names separated by commas. Default: about 200 everyday labels, prompted in Chinese for a model that knows only Chinese.")
    private @Nullable String labels;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /// Returns whether the command line names labels.
    public boolean isGiven() {
        return labels != null;
    }

    /// Reads the label set; everyday labels in English if none is named.
    ///
    /// @throws CommandLine.ParameterException if it is neither a file nor names of labels
    /// @throws LabelSetException              if the file is not a label set
    public LabelSet read() throws LabelSetException {
        return named().orElseGet(LabelSetFile::everyday);
    }

    /// Reads the label set that the user names; empty if none is named, and
    /// [dev.clipstream.runtime.settings.DefaultLabels] apply.
    ///
    /// @throws CommandLine.ParameterException if it is neither a file nor names of labels
    /// @throws LabelSetException              if the file is not a label set
    public Optional<LabelSet> named() throws LabelSetException {
        if (labels == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(LabelSetFile.fileOrNames(labels));
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--labels: " + e.getMessage(), e);
        }
    }
}
