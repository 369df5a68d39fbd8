package dev.clipstream.cli.catalogue;

import dev.clipstream.clip.hub.KnownModel;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The options that select models of the catalogue.
final class CatalogueOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--language", paramLabel = "TAG", description = "The language of texts, such as en, zh or ja.")
    private String language = "";

    @Option(names = "--commercial", description = "Only models whose licence plainly allows commercial use.")
    private boolean commercial;

    /// Returns the language without region or script, because figures are published for languages; empty if none was
    /// given.
    Optional<String> language() {
        if (language.isEmpty()) {
            return Optional.empty();
        }
        String primary = Locale.forLanguageTag(language.replace('_', '-')).getLanguage();
        if (primary.isEmpty() || primary.equals("und")) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "--language: expected a BCP 47 language tag such as en or zh, found '" + language + "'");
        }
        return Optional.of(primary);
    }

    boolean commercial() {
        return commercial;
    }

    boolean accepts(KnownModel model) {
        return language().map(model::serves).orElse(true) && (!commercial || model.commercial());
    }
}
