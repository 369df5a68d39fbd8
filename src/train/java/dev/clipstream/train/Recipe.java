package dev.clipstream.train;

import dev.clipstream.image.Preprocessing;
import dev.clipstream.train.tower.Architecture;
import org.jspecify.annotations.Nullable;

/// Everything that decides what a training makes of its pairs. It is stored with the checkpoint and read by
/// `--resume`.
///
/// @param architecture of the towers
/// @param settings     of the steps
/// @param holdOut      share of the images that no step sees
/// @param command      the command line; each resumed run adds a line
/// @param data         description of the pairs in one line
/// @param digest       of the pairs ([dev.clipstream.train.data.Pairs#digest()]); null in recipes of older versions
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

    /// Returns this recipe for a resumed run.
    ///
    /// @param other settings of the steps
    /// @param typed the command line of the resumed run
    public Recipe resumed(TrainingSettings other, String typed) {
        return new Recipe(architecture, other, holdOut, command + "\n" + typed, data, digest);
    }
}
