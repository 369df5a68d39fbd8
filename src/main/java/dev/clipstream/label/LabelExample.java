package dev.clipstream.label;

import dev.clipstream.clip.Embedding;

/// A picture that shows a label, or one that does not although it seems to.
///
/// @param source   what it is for people, not blank: a media id or a file name
/// @param positive whether it shows the label
/// @param vector   by the model of the set's `modelFingerprint`
public record LabelExample(String source, boolean positive, Embedding vector) {
    /// Source of an example that is no picture: see [#ofLibrary].
    public static final String LIBRARY = "mean of the library";

    /// @throws IllegalArgumentException if the source is blank
    public LabelExample {
        FieldChecks.requireText("source", source);
    }

    /// Returns an example that is no picture: the unit mean of the library's vectors, which positives are compared
    /// with. It is a negative example of each label with examples, so that it travels with them.
    public static LabelExample ofLibrary(Embedding mean) {
        return new LabelExample(LIBRARY, false, mean);
    }

    /// Returns whether this is the mean of the library.
    public boolean isLibrary() {
        return !positive && source.equals(LIBRARY);
    }
}
