package dev.clipstream.tag.evaluation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Precision and recall at every threshold, from the highest to the lowest.
///
/// @param points one for each distinct probability; empty if no medium shows the label
public record PrecisionRecallCurve(List<Point> points) {

    /// Precision and recall of all media with at least a probability.
    public record Point(double threshold, double precision, double recall) {}

    public PrecisionRecallCurve {
        points = List.copyOf(points);
    }

    static PrecisionRecallCurve of(double[] probabilities, boolean[] shows) {
        int[] descending = IntStream.range(0, shows.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -probabilities[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        int positives = 0;
        for (boolean one : shows) {
            positives += one ? 1 : 0;
        }
        List<Point> points = new ArrayList<>();
        int right = 0;
        for (int i = 0; i < descending.length && positives > 0; i++) {
            right += shows[descending[i]] ? 1 : 0;
            double here = probabilities[descending[i]];
            boolean last = i + 1 == descending.length || probabilities[descending[i + 1]] != here;
            if (last) {
                points.add(new Point(here, (double) right / (i + 1), (double) right / positives));
            }
        }
        return new PrecisionRecallCurve(points);
    }

    /// Returns the average precision: the sum of the precisions, each weighted with the recall that its threshold adds,
    /// as scikit-learn's `average_precision_score`; 0 if no medium shows the label.
    public double averagePrecision() {
        double sum = 0;
        double recall = 0;
        for (Point point : points) {
            sum += (point.recall - recall) * point.precision;
            recall = point.recall;
        }
        return sum;
    }
}
