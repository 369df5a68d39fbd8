package dev.clipstream.tag.evaluation;

import java.util.List;
import java.util.function.ToDoubleFunction;

/// How good a label set is on the evaluated media.
///
/// @param media            number of media
/// @param labels           one for each label, in the set's order
/// @param micro            the decisions of all labels together
/// @param brier            mean squared error of all probabilities
/// @param reliability      of all probabilities
/// @param meanOfTags       mean probability of the tags; 0 without a tag
/// @param withoutLabel     media that show no label of the set
/// @param withoutLabelFree how many of them got no tag: "none of these" was the right answer
public record SetQuality(
        int media,
        List<LabelQuality> labels,
        Counts micro,
        double brier,
        Reliability reliability,
        double meanOfTags,
        int withoutLabel,
        int withoutLabelFree) {

    public SetQuality {
        labels = List.copyOf(labels);
    }

    /// Measures a label set.
    ///
    /// @param outcomes one for each label, at least one; all of the same media
    public static SetQuality of(List<LabelOutcomes> outcomes) {
        List<LabelQuality> labels = outcomes.stream().map(LabelQuality::of).toList();
        int media = outcomes.getFirst().shows().length;
        double tagSum = 0;
        int tags = 0;
        int withoutLabel = 0;
        int free = 0;
        for (int medium = 0; medium < media; medium++) {
            boolean shows = false;
            boolean tagged = false;
            for (LabelOutcomes label : outcomes) {
                shows |= label.shows()[medium];
                if (label.tagged()[medium]) {
                    tagged = true;
                    tags++;
                    tagSum += label.probabilities()[medium];
                }
            }
            withoutLabel += shows ? 0 : 1;
            free += shows || tagged ? 0 : 1;
        }
        return new SetQuality(
                media,
                labels,
                labels.stream().map(LabelQuality::counts).reduce(new Counts(0, 0, 0), Counts::plus),
                labels.stream().mapToDouble(LabelQuality::brier).average().orElse(0),
                Reliability.of(outcomes),
                tags == 0 ? 0 : tagSum / tags,
                withoutLabel,
                free);
    }

    /// Returns the mean of a figure over the labels that at least one medium shows; 0 without such a label.
    public double macro(ToDoubleFunction<LabelQuality> figure) {
        return labels.stream()
                .filter(label -> label.counts().shown() > 0)
                .mapToDouble(figure)
                .average()
                .orElse(0);
    }

    /// Returns by how much the tags' mean probability differs from their precision: the calibration error that a
    /// consumer of the tags sees. The error over all probabilities hides it, since nearly all of them are near 0.
    public double calibrationErrorOfTags() {
        return Math.abs(meanOfTags - micro.precision());
    }
}
