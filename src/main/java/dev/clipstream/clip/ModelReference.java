package dev.clipstream.clip;

import java.nio.file.Path;
import java.util.Optional;

/// A user's name for a model: a folder and, after `#`, the weights in it, like `models/clip#fp16`.
///
/// @param bundle  the folder
/// @param weights one of [ModelOptions#PREFERENCE]; empty if the options decide
public record ModelReference(Path bundle, Optional<String> weights) {

    /// Reads `DIR` or `DIR#WEIGHTS`. Only a known name after the last `#` counts, so a folder's name may contain `#`.
    public static ModelReference parse(String text) {
        int mark = text.lastIndexOf('#');
        if (mark > 0 && ModelOptions.PREFERENCE.contains(text.substring(mark + 1))) {
            return new ModelReference(Path.of(text.substring(0, mark)), Optional.of(text.substring(mark + 1)));
        }
        return new ModelReference(Path.of(text), Optional.empty());
    }

    /// Returns the options with this reference's weights.
    public ModelOptions applyTo(ModelOptions options) {
        return weights.map(options::withWeights).orElse(options);
    }
}
