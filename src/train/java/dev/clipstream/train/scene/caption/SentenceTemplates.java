package dev.clipstream.train.scene.caption;

import dev.clipstream.train.scene.Language;
import java.util.List;
import java.util.SplittableRandom;

/// Sentence templates in each language. `{0}` stands for the objects, `{1}` for the background colour. Immutable.
public final class SentenceTemplates {
    /// About the objects.
    static final SentenceTemplates OBJECTS = new SentenceTemplates(
            List.of(
                    "{0}",
                    "a photo of {0}",
                    "a picture of {0}",
                    "an image of {0}",
                    "a photo of {0}.",
                    "a picture with {0}",
                    "this is a photo of {0}"),
            List.of("{0}", "{0}的照片", "一张{0}的照片", "{0}的图片", "图片里有{0}", "有{0}的图片", "照片上是{0}"));

    /// About the objects and the background.
    static final SentenceTemplates OBJECTS_AND_COLOUR = new SentenceTemplates(
            List.of(
                    "{0} on a {1} background",
                    "a photo of {0} on a {1} background",
                    "{0} in front of a {1} background",
                    "a {1} background with {0}",
                    "a picture of {0} on {1}",
                    "{0} on {1}"),
            List.of("{1}背景上的{0}", "一张{1}背景上{0}的照片", "{0}，{1}背景", "{1}背景，{0}", "{1}的背景上有{0}", "{1}背景的{0}"));

    /// About the background. The first two are also true of scenes without objects.
    static final SentenceTemplates COLOUR = new SentenceTemplates(
            List.of(
                    "a {1} background",
                    "a photo with a {1} background",
                    "something on a {1} background",
                    "a picture on a {1} background",
                    "{1} background",
                    "{1}"),
            List.of("{1}背景", "{1}背景的照片", "{1}背景上的东西", "一张{1}背景的图片", "{1}的背景", "{1}"));

    /// About the objects and the background, held out from training captions.
    public static final SentenceTemplates HELD_OUT = new SentenceTemplates(
            List.of("on a {1} background, {0}", "against {1}: {0}", "the background is {1} and there is {0}"),
            List.of("背景是{1}的{0}", "在{1}的背景前有{0}"));

    private final List<String> english;
    private final List<String> chinese;

    private SentenceTemplates(List<String> english, List<String> chinese) {
        this.english = english;
        this.chinese = chinese;
    }

    List<String> in(Language language) {
        return language == Language.ENGLISH ? english : chinese;
    }

    public String any(Language language, SplittableRandom random) {
        List<String> orders = in(language);
        return orders.get(random.nextInt(orders.size()));
    }

    /// Fills a template in and adjusts the article to the colour.
    static String fill(String order, String things, String colour) {
        String article = colour.equals("orange") ? "an " : "a ";
        return order.replace("{0}", things)
                .replaceFirst("\\ba (?=\\{1\\})", article)
                .replace("{1}", colour);
    }
}
