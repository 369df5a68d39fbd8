package dev.clipstream.train.weakness;

/// A share of pictures with its 95 % confidence interval.
///
/// The interval is Wilson's score interval (Wilson, 1927), which holds for few pictures and for shares near 0 and 1.
///
/// @param share 0 to 1
/// @param low   lower end of the interval
/// @param high  upper end of the interval
public record Accuracy(double share, double low, double high) {
    /// Quantile of the normal distribution that leaves 2.5 % on each side.
    private static final double Z = 1.959964;

    /// Returns the share and its interval.
    ///
    /// @param right    number of pictures that are right; not whole if it is a mean
    /// @param pictures number of pictures, at least 1
    static Accuracy of(double right, int pictures) {
        double share = right / pictures;
        double middle = share + Z * Z / (2 * pictures);
        double half = Z * Math.sqrt(share * (1 - share) / pictures + Z * Z / (4.0 * pictures * pictures));
        double scale = 1 + Z * Z / pictures;
        return new Accuracy(share, Math.max(0, (middle - half) / scale), Math.min(1, (middle + half) / scale));
    }
}
