package dev.clipstream.train.data;

import dev.clipstream.image.RgbImage;
import java.util.List;
import java.util.Set;

/// A decoded picture with its captions.
///
/// @param image a little larger than the model's input
/// @param texts at least one
/// @param stems of each caption's words
record Photo(RgbImage image, List<String> texts, List<Set<String>> stems) {

    /// @param image a little larger than the model's input
    /// @param texts at least one
    Photo(RgbImage image, List<String> texts) {
        this(image, texts, texts.stream().map(CaptionWords::stems).toList());
    }

    /// Whether one of its captions has all of these words.
    ///
    /// @param some stems of words
    boolean tells(Set<String> some) {
        return stems.stream().anyMatch(caption -> caption.containsAll(some));
    }
}
