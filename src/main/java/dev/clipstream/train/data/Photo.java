package dev.clipstream.train.data;

import dev.clipstream.image.RgbImage;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// A decoded picture with its captions.
///
/// @param image a little larger than the model's input
/// @param texts at least one
/// @param words of each caption, in lower case
record Photo(RgbImage image, List<String> texts, List<Set<String>> words) {

    /// @param image a little larger than the model's input
    /// @param texts at least one
    Photo(RgbImage image, List<String> texts) {
        this(image, texts, texts.stream().map(Photo::words).toList());
    }

    /// The words of a text, in lower case.
    static Set<String> words(String text) {
        return Thinning.SPACE
                .splitAsStream(text.toLowerCase(Locale.ROOT).strip())
                .collect(Collectors.toUnmodifiableSet());
    }

    /// Whether one of its captions has all of these words.
    boolean tells(Set<String> some) {
        return words.stream().anyMatch(caption -> caption.containsAll(some));
    }
}
