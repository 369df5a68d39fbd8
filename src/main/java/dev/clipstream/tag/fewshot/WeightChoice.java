package dev.clipstream.tag.fewshot;

import java.util.List;

/// The weights of examples that leave-one-out chose.
///
/// @param labels one for each label of the set, in its order
public record WeightChoice(List<Outcome> labels) {

    /// The result for one label. Both shares are of examples that were left out of the vectors that they were compared
    /// with.
    ///
    /// @param weight    of the examples, 0 to 1
    /// @param positives number of positive examples
    /// @param negatives number of negative examples
    /// @param before    share with the text alone, 0 to 1: in mode EXCLUSIVE of the label's examples that are tagged
    ///                  rightly; in mode MULTI of the pairs of a positive and a counter-example that are in the right
    ///                  order. NaN: the label has no examples to say so
    /// @param after     the same with the weight
    public record Outcome(double weight, int positives, int negatives, double before, double after) {}

    public WeightChoice {
        labels = List.copyOf(labels);
    }

    /// Returns the weight of each label.
    public List<Double> weights() {
        return labels.stream().map(Outcome::weight).toList();
    }
}
