package dev.clipstream.runtime.settings;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.clip.hub.Catalogue;
import dev.clipstream.clip.hub.KnownModel;
import dev.clipstream.label.LabelSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Checks whether a model reads the language of a label set's prompts.
///
/// A text in another language has a vector, too, but it means nothing: a model for English reads a Chinese prompt as a
/// row of unknown characters, and every label gets about the same score.
public final class ModelLanguages {
    private static final String ENGLISH = "en";

    /// The bundled model was trained on texts in both.
    private static final List<String> BUNDLED = List.of(ENGLISH, "zh");

    private ModelLanguages() {}

    /// Returns the languages of the texts that a model was trained on, as BCP 47 tags: [KnownModel#MULTILINGUAL] alone for
    /// many; empty if they are not known.
    public static Optional<List<String>> of(ModelIdentity model) {
        return BundledModel.is(model)
                ? Optional.of(BUNDLED)
                : Catalogue.bundled()
                        .find(model.id().replaceFirst("[@#].*", ""))
                        .map(KnownModel::languages);
    }

    /// Returns why a model cannot read the prompts of a label set; empty if it can, or if its languages are not known.
    ///
    /// English prompts are not refused: models for other languages have seen some English, too.
    public static Optional<String> refusal(LabelSet set, ModelIdentity model) {
        String language = set.promptLanguage();
        return isEnglish(language)
                ? Optional.empty()
                : unread(language, model)
                        .map(languages -> "promptLanguage: Expected a language that the model " + model.id()
                                + " reads, found " + language + "; it reads only " + String.join(" and ", languages)
                                + ". Write names and prompts in " + languages.getFirst() + " and set promptLanguage to "
                                + languages.getFirst() + ", or use a model that reads " + language + ".");
    }

    /// Returns why a model may misread the prompts of a label set; empty if it reads their language, or [#refusal] says
    /// why it does not.
    public static Optional<String> warning(LabelSet set, ModelIdentity model) {
        String language = set.promptLanguage();
        if (isEnglish(language)) {
            return unread(language, model)
                    .map(languages -> "promptLanguage: Expected prompts in " + String.join(" or ", languages)
                            + " for the model " + model.id() + ", found " + language
                            + ". Write them in that language for better tags.");
        }
        return of(model).isPresent()
                ? Optional.empty()
                : Optional.of("promptLanguage: Expected a model that is known to read " + language + ", found "
                        + model.id() + ", whose languages are not known. Check its tags.");
    }

    /// Returns the languages of a model if they are known and a language is not among them.
    private static Optional<List<String>> unread(String language, ModelIdentity model) {
        return of(model)
                .filter(languages -> !languages.contains(KnownModel.MULTILINGUAL)
                        && languages.stream().noneMatch(one -> base(one).equals(base(language))));
    }

    private static boolean isEnglish(String language) {
        return base(language).equals(ENGLISH);
    }

    private static String base(String language) {
        return Locale.forLanguageTag(language).getLanguage();
    }
}
