package dev.clipstream.train.tower;

/// Pictures to feature vectors.
public sealed interface ImageTower permits ResNetTower, VitTower {

    /// @param pixels normalised, `[batch, 3, size, size]`
    /// @return `[batch, dimension]`, not normalised
    <T> T features(Operators<T> ops, T pixels);
}
