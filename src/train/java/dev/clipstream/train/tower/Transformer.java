package dev.clipstream.train.tower;

/// A stack of pre-norm transformer layers.
///
/// @param layers at least 1
/// @param width  of a token's vector
/// @param heads  of the attention, a divisor of the width
record Transformer(int layers, int width, int heads) {

    Transformer {
        if (layers < 1 || heads < 1 || width < heads || width % heads != 0) {
            throw new IllegalArgumentException("Expected at least one layer and a width that is a multiple of the"
                    + " heads, found " + layers + " layers, width " + width + ", " + heads + " heads");
        }
    }

    <T> T apply(Operators<T> ops, T tokens, String name, Operators.Filling<T> filling) {
        double residual = 1 / Math.sqrt(2.0 * layers);
        T value = tokens;
        for (int layer = 0; layer < layers; layer++) {
            String in = name + ".layer" + layer;
            T qkv = ops.linear(ops.layerNorm(value, in + ".before_attention"), in + ".qkv", 3 * width, 1);
            T attended = ops.attention(qkv, filling, heads, width / heads);
            value = ops.add(value, ops.linear(attended, in + ".attended", width, residual));
            T wide =
                    ops.gelu(ops.linear(ops.layerNorm(value, in + ".before_feed_forward"), in + ".wide", 4 * width, 1));
            value = ops.add(value, ops.linear(wide, in + ".narrow", width, residual));
        }
        return ops.layerNorm(value, name + ".end");
    }
}
