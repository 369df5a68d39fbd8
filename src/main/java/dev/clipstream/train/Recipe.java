package dev.clipstream.train;

import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.Preprocessing.Channels;
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

    /// What is done to pictures before the first layer: squashed to the square, since a caption tells of the whole
    /// picture, and brought to -1..1.
    public Preprocessing preprocessing() {
        return preprocessing(architecture.imageSize());
    }

    /// @param size of the square input's side in pixels
    public static Preprocessing preprocessing(int size) {
        Channels half = new Channels(0.5f, 0.5f, 0.5f);
        return new Preprocessing(
                size,
                size,
                Preprocessing.Fit.SQUASH,
                Preprocessing.Filter.BICUBIC,
                Preprocessing.CropRounding.FLOOR,
                half,
                half);
    }

    /// The same, gone on with.
    ///
    /// @param other settings of the steps
    /// @param typed the command that goes on
    public Recipe resumed(TrainingSettings other, String typed) {
        return new Recipe(architecture, other, holdOut, command + "\n" + typed, data, digest);
    }
}
