package dev.clipstream.tag.calibration;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;

/// A logistic: probability = 1 / (1 + exp(-(slope · x + intercept))).
record Logistic(double slope, double intercept) {
    private static final int MAX_STEPS = 100;
    private static final double MIN_STEP = 1e-10;
    private static final double SMALL_GRADIENT = 1e-9;
    private static final double RIDGE = 1e-12;
    private static final double SUFFICIENT_DECREASE = 1e-4;
    private static final MathContext SIX_DIGITS = new MathContext(6);

    /// Fits a logistic by maximum likelihood: Newton's method with backtracking, as in algorithm 1 of Lin, Lin and
    /// Weng, *A note on Platt's probabilistic outputs for support vector machines* (Machine Learning, 2007).
    ///
    /// @param x       values
    /// @param targets probability that each value should have, 0 to 1
    /// @param weights how often each value counts, at least 0
    static Logistic fit(double[] x, double[] targets, double[] weights) {
        double total = 0;
        double mean = 0;
        double positives = 0;
        for (int i = 0; i < x.length; i++) {
            total += weights[i];
            mean += weights[i] * x[i];
            positives += weights[i] * targets[i];
        }
        mean /= total;
        double variance = 0;
        for (int i = 0; i < x.length; i++) {
            variance += weights[i] * (x[i] - mean) * (x[i] - mean);
        }
        double deviation = Math.sqrt(variance / total);
        if (!(deviation > 0)) {
            return new Logistic(0, Math.log(positives / (total - positives)));
        }
        // standardised, so that the two directions of Newton's steps are comparable
        double[] z = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            z[i] = (x[i] - mean) / deviation;
        }
        Logistic standardised = newton(z, targets, weights, 0, 0);
        double slope = standardised.slope / deviation;
        return new Logistic(slope, standardised.intercept - slope * mean);
    }

    /// Fits a logistic whose slope has a normal prior distribution.
    ///
    /// @param x       values, standardised
    /// @param targets probability that each value should have, 0 to 1
    /// @param slope   mean of the prior
    /// @param spread  standard deviation of the prior
    static Logistic fit(double[] x, double[] targets, double slope, double spread) {
        double[] weights = new double[x.length];
        Arrays.fill(weights, 1);
        return newton(x, targets, weights, slope, 1 / (spread * spread));
    }

    /// @param priorPrecision 0: no prior
    private static Logistic newton(
            double[] z, double[] targets, double[] weights, double priorSlope, double priorPrecision) {
        double positives = 0;
        double all = 0;
        for (int i = 0; i < z.length; i++) {
            positives += weights[i] * targets[i];
            all += weights[i];
        }
        Logistic current = new Logistic(0, Math.log(positives / (all - positives)));
        double loss = current.loss(z, targets, weights) + priorPrecision * priorSlope * priorSlope / 2;
        for (int step = 0; step < MAX_STEPS; step++) {
            double gradientSlope = priorPrecision * (current.slope - priorSlope);
            double gradientIntercept = 0;
            double h11 = RIDGE + priorPrecision;
            double h22 = RIDGE;
            double h21 = 0;
            for (int i = 0; i < z.length; i++) {
                double p = current.probability(z[i]);
                double error = weights[i] * (p - targets[i]);
                double curvature = weights[i] * p * (1 - p);
                gradientSlope += error * z[i];
                gradientIntercept += error;
                h11 += curvature * z[i] * z[i];
                h21 += curvature * z[i];
                h22 += curvature;
            }
            if (Math.abs(gradientSlope) + Math.abs(gradientIntercept) < SMALL_GRADIENT * all) {
                break;
            }
            double determinant = h11 * h22 - h21 * h21;
            double slopeStep = -(h22 * gradientSlope - h21 * gradientIntercept) / determinant;
            double interceptStep = -(h11 * gradientIntercept - h21 * gradientSlope) / determinant;
            double descent = gradientSlope * slopeStep + gradientIntercept * interceptStep;
            double size = 1;
            Logistic next = current;
            double nextLoss = loss;
            while (size >= MIN_STEP) {
                next = new Logistic(current.slope + size * slopeStep, current.intercept + size * interceptStep);
                double distance = next.slope - priorSlope;
                nextLoss = next.loss(z, targets, weights) + priorPrecision * distance * distance / 2;
                if (nextLoss < loss + SUFFICIENT_DECREASE * size * descent) {
                    break;
                }
                size /= 2;
            }
            if (size < MIN_STEP) {
                break;
            }
            current = next;
            loss = nextLoss;
        }
        return current;
    }

    double probability(double x) {
        double logit = slope * x + intercept;
        double power = Math.exp(-Math.abs(logit));
        return (logit >= 0 ? 1 : power) / (1 + power);
    }

    /// Returns the same with six significant digits, which a person can read in a file.
    Logistic rounded() {
        return new Logistic(rounded(slope), rounded(intercept));
    }

    private static double rounded(double value) {
        return BigDecimal.valueOf(value).round(SIX_DIGITS).doubleValue();
    }

    /// Returns the cross-entropy of values that count once each.
    double loss(double[] x, double[] targets) {
        double loss = 0;
        for (int i = 0; i < x.length; i++) {
            loss += loss(x[i], targets[i]);
        }
        return loss;
    }

    private double loss(double[] x, double[] targets, double[] weights) {
        double loss = 0;
        for (int i = 0; i < x.length; i++) {
            loss += weights[i] * loss(x[i], targets[i]);
        }
        return loss;
    }

    /// Returns the cross-entropy of one value, without the logarithm of a vanishing probability.
    private double loss(double x, double target) {
        double logit = slope * x + intercept;
        return Math.max(logit, 0) - target * logit + Math.log1p(Math.exp(-Math.abs(logit)));
    }
}
