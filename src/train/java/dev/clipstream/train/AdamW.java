package dev.clipstream.train;

import dev.clipstream.train.tower.Weights;
import dev.clipstream.train.tower.Weights.Role;
import dev.clipstream.train.tower.Weights.Weight;

/// Adam with decoupled weight decay (Loshchilov and Hutter, 2017, algorithm 2) over one array of floats.
///
/// Owns its moments, which a checkpoint stores. Confined to one thread.
final class AdamW {
    private static final float BETA1 = 0.9f;
    private static final float BETA2 = 0.98f;
    private static final float EPSILON = 1e-6f;

    private final Weights layout;
    private final float decay;
    private final float[] first;
    private final float[] second;

    /// Creates the optimizer.
    ///
    /// @param decay  weight decay of matrices, multiplied by the learning rate at each step
    /// @param first  first moments to continue with; handed over
    /// @param second second moments to continue with; handed over
    AdamW(Weights layout, float decay, float[] first, float[] second) {
        this.layout = layout;
        this.decay = decay;
        this.first = first;
        this.second = second;
    }

    /// Applies one update.
    ///
    /// @param values    of all weights, changed in place
    /// @param gradients of all weights
    /// @param rate      learning rate, above 0
    /// @param step      from 0
    void step(float[] values, float[] gradients, double rate, long step) {
        double correction1 = 1 - Math.pow(BETA1, step + 1.0);
        double correction2 = 1 - Math.pow(BETA2, step + 1.0);
        float size = (float) (rate / correction1);
        float spread = (float) (1 / Math.sqrt(correction2));
        for (Weight weight : layout.all()) {
            if (weight.role() != Role.STATISTIC) {
                float kept = weight.role() == Role.MATRIX ? (float) (1 - rate * decay) : 1;
                int end = weight.offset() + weight.size();
                for (int i = weight.offset(); i < end; i++) {
                    float gradient = gradients[i];
                    first[i] = BETA1 * first[i] + (1 - BETA1) * gradient;
                    second[i] = BETA2 * second[i] + (1 - BETA2) * gradient * gradient;
                    values[i] = kept * values[i] - size * first[i] / ((float) Math.sqrt(second[i]) * spread + EPSILON);
                }
            }
        }
    }

    float[] first() {
        return first;
    }

    float[] second() {
        return second;
    }
}
