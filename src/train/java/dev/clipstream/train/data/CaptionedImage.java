package dev.clipstream.train.data;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;

/// An image file and the captions that are true of it.
///
/// @param image the file
/// @param texts at least one; not blank, distinct
public record CaptionedImage(Path image, List<String> texts) {
    public CaptionedImage {
        texts = List.copyOf(new LinkedHashSet<>(texts.stream()
                .map(String::strip)
                .filter(CaptionedImage::hasWords)
                .toList()));
        if (texts.isEmpty()) {
            throw new IllegalArgumentException(
                    image + ": Expected at least one caption, found none. Add one, or leave the image out.");
        }
    }

    /// Returns whether a text contains a word.
    static boolean hasWords(String text) {
        return CaptionWords.of(text).size() > 0;
    }
}
