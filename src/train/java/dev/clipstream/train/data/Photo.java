package dev.clipstream.train.data;

import dev.clipstream.image.RgbImage;
import java.util.List;
import java.util.regex.Pattern;

/// A decoded image with its captions.
///
/// @param image   slightly larger than the model's input
/// @param texts   at least one
/// @param stems   the stems of each caption's words, in order
/// @param mirrors whether the captions are also true of the mirrored image, because they do not mention left or
///                right
record Photo(RgbImage image, List<String> texts, List<List<String>> stems, boolean mirrors) {
    private static final Pattern SIDES = Pattern.compile("(?i)\\b(left|right)\\b|左|右");

    /// Creates a photo.
    ///
    /// @param image slightly larger than the model's input
    /// @param texts at least one
    Photo(RgbImage image, List<String> texts) {
        this(
                image,
                texts,
                texts.stream().map(text -> CaptionWords.of(text).stems()).toList(),
                texts.stream().noneMatch(text -> SIDES.matcher(text).find()));
    }

    /// Returns whether one of the captions contains all of these words in order.
    ///
    /// @param some stems of words
    boolean tells(List<String> some) {
        return stems.stream().anyMatch(caption -> CaptionWords.holds(caption, some));
    }
}
