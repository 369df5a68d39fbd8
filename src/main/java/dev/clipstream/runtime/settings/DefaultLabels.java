package dev.clipstream.runtime.settings;

import dev.clipstream.clip.ModelIdentity;
import dev.clipstream.label.LabelSet;
import dev.clipstream.label.LabelSetFile;
import dev.clipstream.tag.PromptLanguages;
import java.util.List;

/// The labels that apply where the user names none.
public final class DefaultLabels {
    private static final List<String> CHINESE_ONLY = List.of("zh");

    private DefaultLabels() {}

    /// Returns the everyday labels in English, or in Chinese for a model of the catalogue that was trained on Chinese
    /// texts alone: English prompts would mean little to it.
    public static LabelSet of(ModelIdentity model) {
        boolean chinese = PromptLanguages.of(model).filter(CHINESE_ONLY::equals).isPresent();
        return chinese ? LabelSetFile.everyday().in("zh", "zh") : LabelSetFile.everyday();
    }
}
