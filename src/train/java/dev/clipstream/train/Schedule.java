package dev.clipstream.train;

/// The learning rate along a training: up in a straight line, then down along half a cosine to nearly nothing.
///
/// @param peak   highest learning rate, above 0
/// @param warmUp steps of the way up
record Schedule(double peak, long warmUp) {
    private static final double FLOOR = 0.01;

    Schedule {
        if (!(peak > 0) || warmUp < 0) {
            throw new IllegalArgumentException(
                    "A learning rate above 0 and 0 or more steps of warm-up were expected, found " + peak + " and "
                            + warmUp);
        }
    }

    /// @param step from 0
    /// @param done part of the whole training that lies behind, 0 to 1
    double rate(long step, double done) {
        double up = step < warmUp ? (step + 1.0) / warmUp : 1;
        double down = FLOOR + (1 - FLOOR) * (1 + Math.cos(Math.PI * Math.clamp(done, 0.0, 1.0))) / 2;
        return peak * Math.min(up, down);
    }
}
