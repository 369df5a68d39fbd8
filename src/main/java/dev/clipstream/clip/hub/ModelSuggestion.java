package dev.clipstream.clip.hub;

import java.util.Optional;

/// A model that fits a [ModelWish].
///
/// @param model   the model
/// @param export  the repository that a pull takes
/// @param weights the variant that fits: the one closest to the trained weights
/// @param size    of these weights
/// @param quality the published figure in percent that models are compared by, see [KnownModel#quality]
public record ModelSuggestion(
        KnownModel model, KnownModel.Export export, String weights, Optional<Size> size, double quality) {

    /// Returns the model's name for `--model`: its id, and the weights unless they are the export's first.
    public String reference() {
        boolean first = export.weights().keySet().iterator().next().equals(weights);
        return first ? model.id() : model.id() + "#" + weights;
    }
}
