package dev.clipstream.train.data;

import dev.clipstream.label.PromptTemplates;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// The template around all captions of one batch, so that a model knows the words of the prompts it will be asked with:
/// somebody's product titles hold no "a photo of a".
///
/// One for the whole batch: captions that are equal stay equal, and the template tells no pair from another.
///
/// @param place of the template among those of a caption's language; below 0: captions stay as they are
record Prompting(int place) {
    private static final List<String> ENGLISH = PromptTemplates.defaults("en");
    private static final List<String> CHINESE = PromptTemplates.defaults("zh");

    /// In half of the batches none, else one of the service's.
    static Prompting of(SplittableRandom random) {
        return new Prompting(random.nextBoolean() ? random.nextInt(ENGLISH.size()) : -1);
    }

    /// All of a caption's forms.
    static Stream<String> everyForm(String caption) {
        return Stream.concat(
                Stream.of(caption), templates(caption).stream().map(template -> inside(template, caption)));
    }

    /// A caption in this batch's template; Chinese ones in a Chinese template.
    String around(String caption) {
        if (place < 0) {
            return caption;
        }
        List<String> templates = templates(caption);
        return inside(templates.get(place % templates.size()), caption);
    }

    private static List<String> templates(String caption) {
        boolean chinese =
                caption.codePoints().anyMatch(c -> Character.UnicodeScript.of(c) == Character.UnicodeScript.HAN);
        return chinese ? CHINESE : ENGLISH;
    }

    private static String inside(String template, String caption) {
        return template.replace(PromptTemplates.PLACEHOLDER, caption);
    }
}
