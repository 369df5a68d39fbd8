package dev.clipstream.clip;

import java.util.List;

/// The weights that a model was opened with, and why these.
///
/// @param available the variants that the bundle has, those closest to the trained weights first
/// @param chosen    one of them
/// @param reason    why it was chosen, and what the others would gain; one or more sentences
public record WeightsChoice(List<String> available, String chosen, String reason) {
    public WeightsChoice {
        available = List.copyOf(available);
        if (!available.contains(chosen)) {
            throw new IllegalArgumentException("Expected one of " + available + ", found '" + chosen + "'");
        }
    }
}
