package dev.clipstream.train;

/// Hyperparameters of a training that do not depend on the architecture.
///
/// @param batch      pairs per step, at least 2
/// @param rate       maximum learning rate, above 0
/// @param warmUp     steps until the maximum
/// @param decay      weight decay of matrices, multiplied by the learning rate at each step
/// @param clip       maximum norm of the gradient; a longer one is scaled down
/// @param minutes    total time of the steps including earlier runs; 0 for no limit
/// @param steps      total number of steps; 0 for no limit
/// @param seed       of the initial weights
/// @param replicas   of the towers; 0 for as many as cores, up to 8, or one on a GPU
/// @param checkpoint seconds between checkpoints
/// @param measure    seconds between measurements on the held-out pairs
public record TrainingSettings(
        int batch,
        double rate,
        int warmUp,
        double decay,
        double clip,
        double minutes,
        long steps,
        long seed,
        int replicas,
        double checkpoint,
        double measure) {

    public TrainingSettings {
        if (batch < 2 || !(rate > 0) || warmUp < 0 || !(clip > 0) || decay < 0) {
            throw new IllegalArgumentException("Expected a batch of at least 2, and a learning rate and a gradient"
                    + " norm above 0, found batch " + batch + ", rate " + rate + ", clip " + clip);
        }
        if (!(minutes > 0) && steps < 1) {
            throw new IllegalArgumentException(
                    "Expected an end of the training, found none. Give minutes or steps above 0.");
        }
    }

    /// Returns the completed share of the training, 0 to 1.
    ///
    /// @param step    steps completed
    /// @param seconds of training so far
    double done(long step, double seconds) {
        double bySteps = steps > 0 ? (double) step / steps : 0;
        double byTime = minutes > 0 ? seconds / (60 * minutes) : 0;
        return Math.min(1, Math.max(bySteps, byTime));
    }
}
