package dev.clipstream.train;

import dev.clipstream.image.RgbImage;

/// A picture and a caption that belongs to it.
///
/// @param image   at the size of the model's input
/// @param caption what the picture shows, in any language; not blank
public record Pair(RgbImage image, String caption) {
    public Pair {
        if (caption.isBlank()) {
            throw new IllegalArgumentException("A caption was expected, found a blank one: leave the picture out");
        }
    }
}
