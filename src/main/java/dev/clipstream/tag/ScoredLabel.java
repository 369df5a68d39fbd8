package dev.clipstream.tag;

/// What a picture scored on one label.
///
/// @param labelId     the label's id in its set
/// @param displayName the label's name in the set's language
/// @param probability 0 to 1, as [LabelSet.Mode] and the model's scoring make it
/// @param cosine      of picture and label vector, -1 to 1, before any scale; comparable
///                    only within one model

public record ScoredLabel(String labelId, String displayName, double probability, double cosine) {

    /// @throws IllegalArgumentException if probability or cosine are out of their range
    public ScoredLabel {
        if (!(probability >= 0 && probability <= 1) || !(cosine >= -1 && cosine <= 1)) {
            throw new IllegalArgumentException("A probability from 0 to 1 and a cosine from -1 to 1 were expected for '"
                    + labelId + "', found " + probability + " and " + cosine);
        }
    }
}
