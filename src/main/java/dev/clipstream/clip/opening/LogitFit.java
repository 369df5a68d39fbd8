package dev.clipstream.clip.opening;

import dev.clipstream.clip.onnx.OnnxTowers.Logit;
import java.util.List;
import java.util.Optional;

/// The line through cosines and logits, by least squares.
///
/// @param scale        its slope
/// @param bias         its intercept
/// @param mostDistance of a logit from the line, in units of the cosine
record LogitFit(double scale, double bias, double mostDistance) {
    /// Scale and bias are rounded to this part of 1: finer digits are noise of 32-bit floats.
    private static final double PARTS = 1000;

    /// Cosines that lie closer together do not tell the slope.
    private static final double SPREAD = 1e-3;

    /// Fits a line.
    ///
    /// @return empty if there are less than two logits, or their cosines lie too close together
    static Optional<LogitFit> of(List<Logit> logits) {
        double meanCosine = logits.stream().mapToDouble(Logit::cosine).average().orElse(0);
        double meanLogit = logits.stream().mapToDouble(Logit::logit).average().orElse(0);
        double squares = 0;
        double products = 0;
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        for (Logit logit : logits) {
            double distance = logit.cosine() - meanCosine;
            squares += distance * distance;
            products += distance * (logit.logit() - meanLogit);
            least = Math.min(least, logit.cosine());
            most = Math.max(most, logit.cosine());
        }
        if (logits.size() < 2 || !(most - least > SPREAD)) {
            return Optional.empty();
        }
        double scale = products / squares;
        double bias = meanLogit - scale * meanCosine;
        double distance = logits.stream()
                .mapToDouble(logit -> Math.abs((logit.logit() - bias) / scale - logit.cosine()))
                .max()
                .orElse(Double.NaN);
        return Optional.of(new LogitFit(rounded(scale), rounded(bias), distance));
    }

    /// Returns whether logits are a scale above 0 times the cosine, plus a bias.
    ///
    /// @param tolerance greatest distance from the line, in units of the cosine
    boolean linear(double tolerance) {
        return scale > 0 && mostDistance <= tolerance;
    }

    private static double rounded(double value) {
        // adding 0 turns -0.0 into 0.0
        return Math.round(value * PARTS) / PARTS + 0.0;
    }
}
