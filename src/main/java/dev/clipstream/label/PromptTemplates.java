package dev.clipstream.label;

import java.util.List;
import java.util.Locale;

/// The default prompts of label sets, and the prompts of a label.
///
/// CLIP was trained on sentences, so a template around the name gains several points of accuracy over the bare
/// name. An ensemble of templates gains a few more. It costs one text per template and label when the set is
/// loaded; scoring costs the same.
public final class PromptTemplates {
    /// The placeholder of the label's name.
    public static final String PLACEHOLDER = "{}";

    /// OpenAI's basic template, then the seven of its eighty templates that contribute most.
    private static final List<String> ENGLISH = List.of(
            "a photo of a {}.",
            "itap of a {}.",
            "a bad photo of the {}.",
            "a origami {}.",
            "a photo of the large {}.",
            "a {} in a video game.",
            "art of the {}.",
            "a photo of the small {}.");

    private static final List<String> CHINESE =
            List.of("{}的照片。", "一张{}的照片。", "一张模糊的{}的照片。", "{}的折纸。", "一张大的{}的照片。", "电子游戏中的{}。", "{}的艺术画。", "一张小的{}的照片。");

    private static final List<String> ENGLISH_BACKGROUND =
            List.of("a photo.", "a picture of something.", "a texture.", "a blank image.");

    private static final List<String> CHINESE_BACKGROUND = List.of("一张照片。", "一张什么东西的图片。", "纹理。", "空白的图片。");

    private PromptTemplates() {}

    /// Returns the templates of a label set that has none: eight for English and for Chinese. Empty for other
    /// languages: the names are the prompts.
    ///
    /// @param language BCP 47 tag; region and script are ignored
    public static List<String> defaults(String language) {
        return switch (base(language)) {
            case "en" -> ENGLISH;
            case "zh" -> CHINESE;
            default -> List.of();
        };
    }

    /// Returns the default background prompts: unspecific texts that each label competes with in mode MULTI with
    /// softmax models. They are Chinese for Chinese and English for all other languages, since every family of
    /// models has been trained on some English.
    ///
    /// @param language BCP 47 tag; region and script are ignored
    public static List<String> background(String language) {
        return base(language).equals("zh") ? CHINESE_BACKGROUND : ENGLISH_BACKGROUND;
    }

    /// Returns the background prompts of a label set: its own or, without them, the defaults.
    public static List<String> background(LabelSet set) {
        return set.backgroundPrompts().isEmpty() ? background(set.promptLanguage()) : set.backgroundPrompts();
    }

    /// Returns the texts whose mean vector represents a label: its own prompts; without them, the templates filled
    /// with its name; without those, the name.
    public static List<String> prompts(LabelSet set, Label label) {
        if (!label.prompts().isEmpty()) {
            return label.prompts();
        }
        String name = label.name(set.promptLanguage());
        return set.templates().isEmpty()
                ? List.of(name)
                : set.templates().stream()
                        .map(template -> template.replace(PLACEHOLDER, name))
                        .toList();
    }

    private static String base(String language) {
        return Locale.forLanguageTag(language).getLanguage();
    }
}
