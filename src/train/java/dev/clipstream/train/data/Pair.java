package dev.clipstream.train.data;

import dev.clipstream.image.RgbImage;
import java.util.Set;

/// An image and a caption that belongs to it.
///
/// @param image   at the size of the model's input
/// @param caption what the image shows, in any language; not blank
/// @param others  more texts that are true of the image; the loss does not treat them as negatives when they are
///                captions of other pairs in the batch
public record Pair(RgbImage image, String caption, Set<String> others) {
    public Pair {
        if (caption.isBlank()) {
            throw new IllegalArgumentException("Expected a caption, found a blank one. Leave the image out.");
        }
        others = Set.copyOf(others);
    }

    /// Creates a pair of an image with a single known caption.
    public Pair(RgbImage image, String caption) {
        this(image, caption, Set.of());
    }

    /// Returns whether a text is known to be true of the image.
    public boolean isShownBy(String text) {
        return caption.equals(text) || others.contains(text);
    }
}
