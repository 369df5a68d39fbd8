package dev.clipstream.train;

import dev.clipstream.train.tower.Architecture;
import dev.clipstream.train.tower.Weights;

/// The result of a training: the towers and the values of their weights.
///
/// @param architecture of the towers
/// @param layout       of the weights
/// @param values       of all weights; handed over
@SuppressWarnings("ArrayRecordComponent") // megabytes on their way into graphs
public record TrainedTowers(Architecture architecture, Weights layout, float[] values) {

    /// Returns the learned logit scale exp(t).
    public double logitScale() {
        return Math.exp(number(Architecture.LOGIT_SCALE));
    }

    /// Returns the learned logit bias, or 0 for towers that score with softmax.
    public double logitBias() {
        return architecture.sigmoid() ? number(Architecture.LOGIT_BIAS) : 0;
    }

    private float number(String name) {
        return values[layout.get(name).offset()];
    }
}
