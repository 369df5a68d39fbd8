package dev.clipstream.tag;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.clip.hub.Catalogue;
import dev.clipstream.clip.hub.KnownModel;
import dev.clipstream.label.Label;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.PromptTemplates;
import java.lang.Character.UnicodeScript;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Says whether a model reads the language of a label set's prompts.
///
/// A text in another language has a vector, too, but it means nothing: a model for English reads a Chinese prompt as a
/// row of unknown characters, and every label gets about the same score. The languages of a model are known if it is in
/// the catalogue or the bundled one.
public final class PromptLanguages {
    private static final String ENGLISH = "en";
    private static final String CHINESE = "zh";

    /// The bundled model was trained on texts in both.
    private static final List<String> BUNDLED = List.of(ENGLISH, CHINESE);

    /// The scripts of the languages whose models can be held against the prompts' characters.
    private static final Map<String, Set<UnicodeScript>> SCRIPTS =
            Map.of(ENGLISH, Set.of(UnicodeScript.LATIN), CHINESE, Set.of(UnicodeScript.HAN, UnicodeScript.LATIN));

    private PromptLanguages() {}

    /// Returns the languages of the texts that a model was trained on, as BCP 47 tags: [KnownModel#MULTILINGUAL] alone
    /// for many; empty if they are not known.
    public static Optional<List<String>> of(ModelIdentity model) {
        return model.id().equals(Catalogue.BUNDLED_MODEL)
                ? Optional.of(BUNDLED)
                : Catalogue.bundled()
                        .find(model.id().replaceFirst("[@#].*", ""))
                        .map(KnownModel::languages);
    }

    /// Returns why a model cannot read the prompts of a label set; empty if it can, or if its languages are not known.
    ///
    /// English prompts are not refused: models for other languages have seen some English, too. A standing query that
    /// is pictures alone has no prompts to read.
    public static Optional<String> refusal(LabelSet set, ModelIdentity model) {
        List<String> languages = of(model).orElse(List.of());
        if (languages.isEmpty() || FewShot.ignoresTexts(set, model)) {
            return Optional.empty();
        }
        if (!isEnglish(set) && !reads(set, languages)) {
            return Optional.of("promptLanguage: Expected a language that the model " + model.id() + " reads ("
                    + String.join(", ", languages) + "), found '" + set.promptLanguage()
                    + "'. Write names and prompts in " + languages.getFirst() + " and set promptLanguage to "
                    + languages.getFirst() + ", or use a model that reads yours; language alone decides what is"
                    + " displayed.");
        }
        return otherScript(set, model, languages);
    }

    /// Returns why a model may misread the prompts of a label set; empty if it reads their language, or [#refusal] says
    /// why it does not.
    public static Optional<String> warning(LabelSet set, ModelIdentity model) {
        Optional<List<String>> languages = of(model);
        if (FewShot.ignoresTexts(set, model)) {
            return Optional.empty();
        }
        if (languages.isPresent()) {
            return isEnglish(set) && !reads(set, languages.get())
                    ? Optional.of("promptLanguage: Expected prompts in " + String.join(" or ", languages.get())
                            + " for the model " + model.id() + ", found '" + set.promptLanguage()
                            + "'. Write them in that language for better tags.")
                    : Optional.empty();
        }
        return isEnglish(set)
                ? Optional.empty()
                : Optional.of("promptLanguage: Expected a model that is known to read '" + set.promptLanguage()
                        + "', found " + model.id() + ", whose languages are not known. Check its tags.");
    }

    private static boolean reads(LabelSet set, List<String> languages) {
        return languages.contains(KnownModel.MULTILINGUAL) || languages.contains(base(set.promptLanguage()));
    }

    private static boolean isEnglish(LabelSet set) {
        return base(set.promptLanguage()).equals(ENGLISH);
    }

    private static String base(String language) {
        return Locale.forLanguageTag(language).getLanguage();
    }

    /// Returns why the model cannot read a prompt in another script, whatever language the set names.
    private static Optional<String> otherScript(LabelSet set, ModelIdentity model, List<String> languages) {
        if (!SCRIPTS.keySet().containsAll(languages)) {
            return Optional.empty();
        }
        Set<UnicodeScript> scripts = new HashSet<>(Set.of(UnicodeScript.COMMON, UnicodeScript.INHERITED));
        languages.forEach(language -> scripts.addAll(SCRIPTS.getOrDefault(language, Set.of())));
        for (Label label : set.labels()) {
            for (String prompt : PromptTemplates.prompts(set, label)) {
                if (prompt.codePoints()
                        .anyMatch(character ->
                                Character.isLetter(character) && !scripts.contains(UnicodeScript.of(character)))) {
                    return Optional.of("Expected prompts in a language that the model " + model.id() + " reads ("
                            + String.join(", ", languages) + "), found '" + prompt + "' of the label '" + label.id()
                            + "'. Give it a name or prompts in that language, or use a model that reads its language.");
                }
            }
        }
        return Optional.empty();
    }
}
