package dev.clipstream.train;

/// A learning rate schedule: linear warm-up followed by half a cosine down to nearly 0.
///
/// @param peak   maximum learning rate, above 0
/// @param warmUp steps until the peak
record Schedule(double peak, long warmUp) {
    private static final double FLOOR = 0.01;

    Schedule {
        if (!(peak > 0) || warmUp < 0) {
            throw new IllegalArgumentException(
                    "Expected a learning rate above 0 and at least 0 warm-up steps, found " + peak + " and " + warmUp);
        }
    }

    /// Returns the learning rate of a step.
    ///
    /// @param step from 0
    /// @param done completed share of the training, 0 to 1
    double rate(long step, double done) {
        double up = step < warmUp ? (step + 1.0) / warmUp : 1;
        double down = FLOOR + (1 - FLOOR) * (1 + Math.cos(Math.PI * Math.clamp(done, 0.0, 1.0))) / 2;
        return peak * Math.min(up, down);
    }
}
