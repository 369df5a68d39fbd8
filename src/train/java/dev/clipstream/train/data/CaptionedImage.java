package dev.clipstream.train.data;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;

/// A picture's file and what is known to be true of it.
///
/// @param image the file
/// @param texts at least one, none blank, each once
public record CaptionedImage(Path image, List<String> texts) {
    public CaptionedImage {
        texts = List.copyOf(new LinkedHashSet<>(texts.stream()
                .map(String::strip)
                .filter(CaptionedImage::saysSomething)
                .toList()));
        if (texts.isEmpty()) {
            throw new IllegalArgumentException("At least one caption of " + image + " was expected, found none");
        }
    }

    /// Whether a text has a word: one of blanks of any kind has none.
    static boolean saysSomething(String text) {
        return CaptionWords.of(text).size() > 0;
    }
}
