package dev.clipstream.train.data;

import dev.clipstream.label.PromptTemplates;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// The prompt template around all captions of a batch. It teaches the model the words of prompts, because product
/// titles contain no "a photo of a".
///
/// One template for the whole batch: equal captions stay equal, and the template does not distinguish pairs.
///
/// @param place index among the templates of a caption's language; negative to keep captions as they are
record Prompting(int place) {
    private static final List<String> ENGLISH = PromptTemplates.defaults("en");
    private static final List<String> CHINESE = PromptTemplates.defaults("zh");

    /// Draws no template for half of the batches, and one of the service's templates for the others.
    static Prompting of(SplittableRandom random) {
        return new Prompting(random.nextBoolean() ? random.nextInt(ENGLISH.size()) : -1);
    }

    /// Returns a caption with and without each template.
    static Stream<String> everyForm(String caption) {
        return Stream.concat(
                Stream.of(caption), templates(caption).stream().map(template -> inside(template, caption)));
    }

    /// Returns a caption in this batch's template. Chinese captions get a Chinese template.
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
