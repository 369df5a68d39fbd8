package dev.clipstream.train;

/// How a training goes, whatever it trains.
///
/// @param batch      pairs of a step, at least 2
/// @param rate       highest learning rate, above 0
/// @param warmUp     steps until it is reached
/// @param decay      of matrices, times the learning rate, at each step
/// @param clip       longest gradient; a longer one is shortened to it
/// @param minutes    of training in all, resumed runs counted together; 0: no such end
/// @param steps      in all; 0: no such end
/// @param seed       of the first weights
/// @param replicas   of the towers that compute at once, 0: as many as cores, up to 8; one on a GPU
/// @param checkpoint seconds between two checkpoints
/// @param measure    seconds between two measurements on the held-out pairs
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
            throw new IllegalArgumentException("Batches of at least 2, a learning rate and a longest gradient above 0"
                    + " were expected, found batch " + batch + ", rate " + rate + ", clip " + clip);
        }
        if (!(minutes > 0) && steps < 1) {
            throw new IllegalArgumentException(
                    "An end of the training was expected, found none: give minutes or steps above 0");
        }
    }

    /// The part of the training that lies behind, 0 to 1.
    ///
    /// @param step    steps that were done
    /// @param seconds that they took
    double done(long step, double seconds) {
        double bySteps = steps > 0 ? (double) step / steps : 0;
        double byTime = minutes > 0 ? seconds / (60 * minutes) : 0;
        return Math.min(1, Math.max(bySteps, byTime));
    }
}
