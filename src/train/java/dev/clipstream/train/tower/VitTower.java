package dev.clipstream.train.tower;

/// A vision transformer (Dosovitskiy et al., An Image is Worth 16x16 Words, 2020): the mean of the patch tokens is
/// projected to the shared dimension.
///
/// @param size      side of the image in pixels, a multiple of `patch`
/// @param patch     side of a patch in pixels
/// @param width     of a token's vector
/// @param layers    of the transformer
/// @param heads     of its attention
/// @param dimension of the features
public record VitTower(int size, int patch, int width, int layers, int heads, int dimension) implements ImageTower {

    public VitTower {
        if (patch < 1 || size < patch || size % patch != 0 || dimension < 1) {
            throw new IllegalArgumentException(
                    "Expected an image size that is a multiple of the patch size, found " + size + " and " + patch);
        }
    }

    @Override
    public <T> T features(Operators<T> ops, T pixels) {
        int squares = (size / patch) * (size / patch);
        T tokens = ops.positions(ops.patches(pixels, "image.patches", patch, width), "image.positions", squares);
        T seen = new Transformer(layers, width, heads)
                .apply(ops, tokens, "image.transformer", new Operators.Filling.None<>());
        return ops.linear(ops.meanOfTokens(seen), "image.head", dimension, 1);
    }
}
