package dev.clipstream.region;

import dev.clipstream.clip.Embedding;
import java.util.Optional;

/// The vectors of an image and of its copies with one part covered: all that is needed to find any label in it.
///
/// @param image    the vector of the whole image
/// @param occluded the vectors of the copies, of the same dimension
/// @param view     the part of the image that the model sees
public record OccludedImage(Embedding image, OcclusionVectors occluded, ModelView view) {

    /// Returns the map of a label.
    public HeatMap map(Lead label) {
        return HeatMap.of(image, occluded, label);
    }

    /// Returns a box around a label, in the image as displayed; empty: no part of the image speaks for the label.
    public Optional<Box> box(Lead label) {
        return map(label).box().map(view::inImage);
    }
}
