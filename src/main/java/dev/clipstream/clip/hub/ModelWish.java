package dev.clipstream.clip.hub;

import dev.clipstream.clip.hub.KnownModel.Export;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What a user wants of a model.
///
/// @param language   BCP 47 tag of the language of queries and labels
/// @param slowest    the slowest class of models
/// @param megabytes  the most memory for weights, in 10⁶ bytes; empty for no limit
/// @param commercial whether the licence must allow commercial use
public record ModelWish(String language, Speed slowest, Optional<Integer> megabytes, boolean commercial) {
    /// A model below this part of the best one's figure is not suggested, however fast it is.
    private static final double LEAST_QUALITY = 0.8;

    /// The least step in speed, so that the list stays short.
    private static final double LEAST_SPEEDUP = 2;

    private static final Comparator<ModelSuggestion> BEST_FIRST = Comparator.comparingDouble(ModelSuggestion::quality)
            .reversed()
            .thenComparingDouble(ModelWish::gflop)
            .thenComparing(suggestion -> suggestion.model().id());

    /// Returns the models that fit: the best, and after it models that are each at least twice as fast as the one
    /// before. Models without a known export or without a published figure for the language are left out.
    public List<ModelSuggestion> suggest(Catalogue catalogue) {
        List<ModelSuggestion> fitting = catalogue.models().stream()
                .flatMap(model -> fit(model).stream())
                .sorted(BEST_FIRST)
                .toList();
        List<ModelSuggestion> suggestions = new ArrayList<>();
        for (ModelSuggestion next : fitting) {
            if (suggestions.isEmpty()
                    || (LEAST_SPEEDUP * gflop(next) <= gflop(suggestions.getLast())
                            && next.quality()
                                    >= LEAST_QUALITY * suggestions.getFirst().quality())) {
                suggestions.add(next);
            }
        }
        return suggestions;
    }

    private static double gflop(ModelSuggestion suggestion) {
        return suggestion.model().imageGflop().orElse(Double.POSITIVE_INFINITY);
    }

    private Optional<ModelSuggestion> fit(KnownModel model) {
        Optional<Export> export = model.export(model.id());
        Optional<Double> quality = model.quality(language);
        if (model.unsupported().isPresent()
                || export.isEmpty()
                || quality.isEmpty()
                || model.speed().isEmpty()
                || model.speed().get().compareTo(slowest) > 0
                || (commercial && !model.commercial())) {
            return Optional.empty();
        }
        return export.get().weights().keySet().stream()
                .filter(weights -> megabytes.isEmpty()
                        || model.size(export.get(), weights)
                                .filter(size -> size.megabytes() <= megabytes.get())
                                .isPresent())
                .findFirst()
                .map(weights -> new ModelSuggestion(
                        model, export.get(), weights, model.size(export.get(), weights), quality.get()));
    }
}
