package dev.clipstream.label;

import dev.clipstream.clip.Embedding;

/// A picture that shows a label, or one that does not although it seems to.
///
/// @param source   what it is for people, not blank: a media id or a file name
/// @param positive whether it shows the label
/// @param vector   by the model of the set's `modelFingerprint`
public record LabelExample(String source, boolean positive, Embedding vector) {
    /// @throws IllegalArgumentException if the source is blank
    public LabelExample {
        FieldChecks.requireText("source", source);
    }
}
