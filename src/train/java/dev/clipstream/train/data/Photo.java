package dev.clipstream.train.data;

import dev.clipstream.image.RgbImage;
import java.util.List;
import java.util.regex.Pattern;

/// A decoded picture with its captions.
///
/// @param image a little larger than the model's input
/// @param texts at least one
/// @param stems   of each caption's words, in their order
/// @param mirrors whether the captions hold of its mirror image: they do not say left or right
record Photo(RgbImage image, List<String> texts, List<List<String>> stems, boolean mirrors) {
    private static final Pattern SIDES = Pattern.compile("(?i)\\b(left|right)\\b|左|右");

    /// @param image a little larger than the model's input
    /// @param texts at least one
    Photo(RgbImage image, List<String> texts) {
        this(
                image,
                texts,
                texts.stream().map(text -> CaptionWords.of(text).stems()).toList(),
                texts.stream().noneMatch(text -> SIDES.matcher(text).find()));
    }

    /// Whether one of its captions has all of these words in their order.
    ///
    /// @param some stems of words
    boolean tells(List<String> some) {
        return stems.stream().anyMatch(caption -> CaptionWords.holds(caption, some));
    }
}
