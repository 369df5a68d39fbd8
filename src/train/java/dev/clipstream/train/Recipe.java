package dev.clipstream.train;

import dev.clipstream.image.Preprocessing;
import dev.clipstream.train.tower.Architecture;
import org.jspecify.annotations.Nullable;

/// All that decides what a training makes of its pairs: kept beside its checkpoint, and what `--resume` goes on
/// with.
///
/// @param architecture of the towers
/// @param settings     of the steps
/// @param holdOut      part of the pictures that no step sees
/// @param command      as it was typed; a line more for each that went on
/// @param data         what the pairs are, in one line
/// @param digest       of the pairs ([Pairs#digest()]); null: a recipe of before it was kept
public record Recipe(
        Architecture architecture,
        TrainingSettings settings,
        double holdOut,
        String command,
        String data,
        @Nullable String digest) {

    /// Returns the preprocessing of the model's input size.
    public Preprocessing preprocessing() {
        return Architecture.preprocessing(architecture.imageSize());
    }

    /// The same, gone on with.
    ///
    /// @param other settings of the steps
    /// @param typed the command that goes on
    public Recipe resumed(TrainingSettings other, String typed) {
        return new Recipe(architecture, other, holdOut, command + "\n" + typed, data, digest);
    }
}
