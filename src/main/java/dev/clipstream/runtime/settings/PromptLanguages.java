package dev.clipstream.runtime.settings;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.clip.hub.Catalogue;
import dev.clipstream.clip.hub.KnownModel;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.PromptTemplates;
import java.lang.Character.UnicodeScript;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Says whether a model reads the language of a label set's prompts. A model's texts, and thus its languages, are known
/// if it is in the catalogue or the bundled one.
public final class PromptLanguages {
    private static final List<String> ENGLISH_ONLY = List.of("en");
    private static final Set<UnicodeScript> LATIN =
            Set.of(UnicodeScript.LATIN, UnicodeScript.COMMON, UnicodeScript.INHERITED);

    private PromptLanguages() {}

    /// Returns why a model does not read the prompts of a label set; empty: it does, or its languages are not known.
    public static Optional<String> problem(LabelSet set, ModelIdentity model) {
        Optional<KnownModel> known = known(model);
        boolean english = BundledModel.is(model)
                || known.filter(one -> one.languages().equals(ENGLISH_ONLY)).isPresent();
        String language = Locale.forLanguageTag(set.promptLanguage()).getLanguage();
        boolean read = BundledModel.is(model)
                ? ENGLISH_ONLY.contains(language)
                : known.map(one -> one.serves(language)).orElse(true);
        if (!read) {
            return Optional.of("promptLanguage: Expected a language that the model " + model.id() + " reads ("
                    + (english
                            ? "en"
                            : known.map(one -> String.join(", ", one.languages()))
                                    .orElse(""))
                    + "), found '" + set.promptLanguage()
                    + "'. Write names and prompts in that language, or use a model"
                    + " that reads yours; language alone decides what is displayed.");
        }
        return english ? otherScript(set, model) : Optional.empty();
    }

    private static Optional<String> otherScript(LabelSet set, ModelIdentity model) {
        for (Label label : set.labels()) {
            for (String prompt : PromptTemplates.prompts(set, label)) {
                if (prompt.codePoints()
                        .anyMatch(character ->
                                Character.isLetter(character) && !LATIN.contains(UnicodeScript.of(character)))) {
                    return Optional.of("Expected prompts in English, the only language that the model " + model.id()
                            + " reads, found '" + prompt + "' of the label '" + label.id()
                            + "'. Give it a name or prompts in English, or use a model that reads its language.");
                }
            }
        }
        return Optional.empty();
    }

    /// Returns what the catalogue knows about a model.
    static Optional<KnownModel> known(ModelIdentity model) {
        return Catalogue.bundled().find(model.id().replaceFirst("[@#].*", ""));
    }
}
