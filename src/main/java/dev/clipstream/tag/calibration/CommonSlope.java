package dev.clipstream.tag.calibration;

import java.util.List;

/// The slope that the labels of a set have in common, in standard deviations of each label's cosines with media that do
/// not show it. Each label has an intercept of its own.
final class CommonSlope {
    private static final int MAX_STEPS = 100;
    private static final double SMALL_GRADIENT = 1e-9;
    private static final double SMALL_STEP = 1e-10;
    private static final double RIDGE = 1e-12;

    private CommonSlope() {}

    /// The media of one label.
    static final class Labelled {
        private final double[] values;
        private final double[] targets;

        /// @param values  standardised cosines
        /// @param targets probability that each medium should have, above 0, below 1
        Labelled(double[] values, double[] targets) {
            this.values = values;
            this.targets = targets;
        }
    }

    /// Returns the slope of greatest likelihood: Newton's method with backtracking. Only the slope couples the
    /// intercepts, so that a step takes time linear in the number of media and labels.
    static double fit(List<Labelled> labels) {
        double slope = 0;
        double[] intercepts = new double[labels.size()];
        long media = 0;
        for (int j = 0; j < intercepts.length; j++) {
            double positives = 0;
            for (double target : labels.get(j).targets) {
                positives += target;
            }
            int all = labels.get(j).targets.length;
            intercepts[j] = Math.log(positives / (all - positives));
            media += all;
        }
        double loss = loss(labels, slope, intercepts);
        for (int step = 0; step < MAX_STEPS; step++) {
            double gradient = 0;
            double curvature = RIDGE;
            double coupledGradient = 0;
            double coupledCurvature = 0;
            double steepest = 0;
            double[] gradients = new double[intercepts.length];
            double[] curvatures = new double[intercepts.length];
            double[] couplings = new double[intercepts.length];
            for (int j = 0; j < intercepts.length; j++) {
                Logistic logistic = new Logistic(slope, intercepts[j]);
                double[] values = labels.get(j).values;
                double[] targets = labels.get(j).targets;
                curvatures[j] = RIDGE;
                for (int i = 0; i < values.length; i++) {
                    double p = logistic.probability(values[i]);
                    double weight = p * (1 - p);
                    gradient += (p - targets[i]) * values[i];
                    gradients[j] += p - targets[i];
                    curvature += weight * values[i] * values[i];
                    couplings[j] += weight * values[i];
                    curvatures[j] += weight;
                }
                coupledGradient += couplings[j] * gradients[j] / curvatures[j];
                coupledCurvature += couplings[j] * couplings[j] / curvatures[j];
                steepest = Math.max(steepest, Math.abs(gradients[j]));
            }
            if (Math.max(steepest, Math.abs(gradient)) < SMALL_GRADIENT * media) {
                break;
            }
            double slopeStep = -(gradient - coupledGradient) / (curvature - coupledCurvature);
            double size = 1;
            double[] next = intercepts;
            double nextLoss = loss;
            while (size >= SMALL_STEP) {
                next = new double[intercepts.length];
                for (int j = 0; j < next.length; j++) {
                    next[j] = intercepts[j] - size * (gradients[j] + couplings[j] * slopeStep) / curvatures[j];
                }
                nextLoss = loss(labels, slope + size * slopeStep, next);
                if (nextLoss < loss) {
                    break;
                }
                size /= 2;
            }
            if (size < SMALL_STEP) {
                break;
            }
            slope += size * slopeStep;
            intercepts = next;
            loss = nextLoss;
        }
        return slope;
    }

    private static double loss(List<Labelled> labels, double slope, double[] intercepts) {
        double loss = 0;
        for (int j = 0; j < intercepts.length; j++) {
            loss += new Logistic(slope, intercepts[j]).loss(labels.get(j).values, labels.get(j).targets);
        }
        return loss;
    }
}
