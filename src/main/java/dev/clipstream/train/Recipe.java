package dev.clipstream.train;

import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.Preprocessing.Channels;
import dev.clipstream.train.tower.Architecture;

/// All that decides what a training makes of its pairs: kept beside its checkpoint, and what `--resume` goes on with.
///
/// @param architecture of the towers
/// @param settings     of the steps
/// @param holdOut      part of the pictures that no step sees
/// @param command      as it was typed
/// @param data         what the pairs are, in one line
public record Recipe(
        Architecture architecture, TrainingSettings settings, double holdOut, String command, String data) {

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

    /// The same with other settings of the steps.
    public Recipe with(TrainingSettings other) {
        return new Recipe(architecture, other, holdOut, command, data);
    }
}
