package dev.clipstream.tag.fewshot;

import dev.clipstream.clip.Embedding;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What distinguishes the examples of each label: [ClassVectors] blends it with the label's text.
///
/// An example can be left out, for leave-one-out. Immutable.
final class Contrasts {
    private final List<Shots> shots;
    private final int dimension;
    private final double @Nullable [] library;
    private final List<Sum> positives;
    private final List<Sum> negatives;
    private final Sum shown;

    /// An example.
    ///
    /// @param label    index of its label
    /// @param positive whether it shows the label
    record Example(int label, boolean positive, Embedding vector) {}

    Contrasts(List<Shots> shots, @Nullable Embedding library, int dimension) {
        this.shots = List.copyOf(shots);
        this.dimension = dimension;
        this.library =
                library == null ? null : Sum.of(List.of(library), dimension).direction();
        this.positives =
                shots.stream().map(one -> Sum.of(one.positives(), dimension)).toList();
        this.negatives =
                shots.stream().map(one -> Sum.of(one.negatives(), dimension)).toList();
        this.shown = Sum.zero(dimension);
        positives.forEach(sum -> shown.add(sum.direction(), 1));
    }

    /// Returns all examples, in the order of the labels; of a label, the positive ones first.
    List<Example> examples() {
        List<Example> examples = new ArrayList<>();
        for (int label = 0; label < shots.size(); label++) {
            for (Embedding vector : shots.get(label).positives()) {
                examples.add(new Example(label, true, vector));
            }
            for (Embedding vector : shots.get(label).negatives()) {
                examples.add(new Example(label, false, vector));
            }
        }
        return examples;
    }

    /// Returns the contrast of a label.
    ///
    /// @param leftOut an example that is treated as if it did not exist. Null: none
    /// @return null if the label has no positive examples, or nothing to compare them with
    @Nullable
    Contrast of(int label, @Nullable Example leftOut) {
        Shots own = shots.get(label);
        if (own.positives().isEmpty()) {
            return null;
        }
        double[] shows = mean(positives, label, true, leftOut);
        double[] shownNot = mean(negatives, label, false, leftOut);
        double[] others = others(label, leftOut);
        Sum counter = Sum.zero(dimension);
        counter.add(shownNot, 1);
        counter.add(others, 1);
        double[] direction = counter.direction();
        return shows == null || direction == null ? null : Contrast.of(shows, direction);
    }

    private static double @Nullable [] mean(List<Sum> sums, int label, boolean positive, @Nullable Example leftOut) {
        Sum sum = sums.get(label);
        if (leftOut != null && leftOut.label() == label && leftOut.positive() == positive) {
            return sum.without(leftOut.vector()).direction();
        }
        return sum.direction();
    }

    /// Returns the mean of what the other labels show and of the library.
    private double @Nullable [] others(int label, @Nullable Example leftOut) {
        Sum others = Sum.zero(dimension);
        others.add(library, 1);
        others.add(shown.values(), 1);
        others.add(positives.get(label).direction(), -1);
        if (leftOut != null && leftOut.positive() && leftOut.label() != label) {
            others.add(positives.get(leftOut.label()).direction(), -1);
            others.add(mean(positives, leftOut.label(), true, leftOut), 1);
        }
        return others.direction();
    }
}
