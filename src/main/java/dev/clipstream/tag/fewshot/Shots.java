package dev.clipstream.tag.fewshot;

import dev.clipstream.clip.Embedding;
import java.util.List;

/// The vectors of a label's examples, all of one model.
///
/// @param positives pictures that show the label; may be empty
/// @param negatives pictures that do not show it although they seem to; may be empty
public record Shots(List<Embedding> positives, List<Embedding> negatives) {
    /// No examples.
    public static final Shots NONE = new Shots(List.of(), List.of());

    public Shots {
        positives = List.copyOf(positives);
        negatives = List.copyOf(negatives);
    }
}
