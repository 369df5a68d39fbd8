package dev.clipstream.train.tower;

/// Maps images to feature vectors.
public sealed interface ImageTower permits ResNetTower, VitTower {

    /// Returns the features.
    ///
    /// @param pixels normalized, `[batch, 3, size, size]`
    /// @return `[batch, dimension]`, not normalized
    <T> T features(Operators<T> ops, T pixels);
}
