package dev.clipstream.cli.option;

import dev.clipstream.label.LabelNames;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.LabelSetException;
import dev.clipstream.label.LabelSetFile;
import dev.clipstream.search.TagNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale.LanguageRange;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The options that name tags in a person's language, and labels by their aliases.
public final class LanguageOption {
    @Option(
            names = "--language",
            paramLabel = "L",
            description = "Name tags in this language, such as zh, or in the first of several that they have a name in:"
                    + " de,en. Default: the language of the label set when it tagged.")
    private @Nullable String language;

    @Option(
            names = "--names",
            split = ",",
            paramLabel = "FILE|NAME",
            description = "Label sets with the names and aliases. Default: the bundled ones.")
    private List<String> sets = List.of();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /// Returns the languages by preference; empty if none is given.
    ///
    /// @throws CommandLine.ParameterException if they are no languages
    public List<LanguageRange> languages() {
        if (language == null) {
            return List.of();
        }
        try {
            return LabelNames.languages(language);
        } catch (IllegalArgumentException malformed) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "--language: expected a BCP 47 language tag such as zh, found '" + language + "'",
                    malformed);
        }
    }

    /// Returns the names of labels.
    ///
    /// @param first label sets that come before those of the option
    /// @throws CommandLine.ParameterException if a label set of the option cannot be read
    public TagNames names(List<LabelSet> first) {
        List<LabelSet> all = new ArrayList<>(first);
        try {
            for (String given : sets.isEmpty() ? LabelSetFile.BUNDLED : sets) {
                all.add(LabelSetFile.fileOrBundled(given));
            }
        } catch (LabelSetException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--names: " + e.getMessage(), e);
        }
        return new TagNames(all);
    }
}
