package dev.clipstream.tag;

import org.jspecify.annotations.Nullable;

/// The score of an image for one label.
///
/// @param labelId     the label's id in its set
/// @param displayName the label's name in the set's language
/// @param probability 0 to 1, computed according to [dev.clipstream.label.LabelSet.Mode] and the model's scoring
/// @param cosine      cosine of the vectors of image and label, -1 to 1, unscaled; comparable only within one
///                    model
/// @param derivedFrom id of the narrower label that brought this one, whose scores it has. Null: the image was scored
///                    for this label
public record ScoredLabel(
        String labelId,
        String displayName,
        double probability,
        double cosine,
        @Nullable String derivedFrom) {

    /// @throws IllegalArgumentException if probability or cosine is out of range
    public ScoredLabel {
        if (!(probability >= 0 && probability <= 1) || !(cosine >= -1 && cosine <= 1)) {
            throw new IllegalArgumentException("Expected a probability from 0 to 1 and a cosine from -1 to 1 for '"
                    + labelId + "', found " + probability + " and " + cosine);
        }
    }

    /// Creates the score of a label that the image was scored for.
    public ScoredLabel(String labelId, String displayName, double probability, double cosine) {
        this(labelId, displayName, probability, cosine, null);
    }
}
