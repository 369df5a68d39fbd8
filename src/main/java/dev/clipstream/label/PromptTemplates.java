package dev.clipstream.label;

import java.util.List;
import java.util.Locale;

/// The prompts that a label set gets when it brings none, in the language that the model reads.
///
/// A bare word is a poor caption: CLIP was trained on sentences, and a template around the name is worth
/// several points of accuracy. An ensemble of templates is worth a few more, and costs as many texts a
/// label when the set is loaded; scoring costs the same.
public final class PromptTemplates {
    /// Where the label's name goes.
    public static final String PLACEHOLDER = "{}";

    /// OpenAI's plain template, then the seven that do most of the work of its eighty.
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

    /// Templates for a label set without its own: eight for English and Chinese; none for another
    /// language, where the names are the prompts.
    ///
    /// @param language BCP 47 tag; its region and script play no part
    public static List<String> defaults(String language) {
        return switch (base(language)) {
            case "en" -> ENGLISH;
            case "zh" -> CHINESE;
            default -> List.of();
        };
    }

    /// What each label of mode MULTI is weighed against in softmax models: texts that say picture and no
    /// more. Chinese for Chinese, English for every other language, since each family of models
    /// has read some of it.
    ///
    /// @param language BCP 47 tag; its region and script play no part
    public static List<String> background(String language) {
        return base(language).equals("zh") ? CHINESE_BACKGROUND : ENGLISH_BACKGROUND;
    }

    /// The texts whose mean vector stands for a label: its own prompts, else the templates around its
    /// name, else the name.
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
