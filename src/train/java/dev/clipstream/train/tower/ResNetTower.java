package dev.clipstream.train.tower;

import java.util.List;

/// A residual convolutional network of four stages, each at half the resolution of the one before.
///
/// A block is two 3×3 convolutions with batch normalization (He et al., Deep Residual Learning, 2015). Where a stage
/// begins, a 1×1 convolution adapts the shortcut to the stage's shape. The first convolution halves the image, and
/// the mean over the last stage's pixels is projected to the shared dimension.
///
/// @param widths    channels of each stage
/// @param blocks    number of blocks of each stage, as many as widths
/// @param dimension of the features
public record ResNetTower(List<Integer> widths, List<Integer> blocks, int dimension) implements ImageTower {

    public ResNetTower {
        widths = List.copyOf(widths);
        blocks = List.copyOf(blocks);
        if (widths.isEmpty() || widths.size() != blocks.size() || dimension < 1) {
            throw new IllegalArgumentException("Expected as many block counts as widths, at least one, and a"
                    + " dimension above 0, found widths " + widths + ", blocks " + blocks + ", dimension " + dimension);
        }
    }

    @Override
    public <T> T features(Operators<T> ops, T pixels) {
        T value = ops.relu(ops.convolution(pixels, "image.stem", widths.getFirst(), 3, 2));
        for (int stage = 0; stage < widths.size(); stage++) {
            for (int block = 0; block < blocks.get(stage); block++) {
                boolean begins = stage > 0 && block == 0;
                value = block(ops, value, "image.stage" + stage + ".block" + block, widths.get(stage), begins);
            }
        }
        return ops.linear(ops.meanOfPixels(value), "image.head", dimension, 1);
    }

    private static <T> T block(Operators<T> ops, T value, String name, int width, boolean begins) {
        int stride = begins ? 2 : 1;
        T inner = ops.relu(ops.convolution(value, name + ".first", width, 3, stride));
        inner = ops.convolution(inner, name + ".second", width, 3, 1);
        T shortcut = begins ? ops.convolution(value, name + ".shortcut", width, 1, 2) : value;
        return ops.relu(ops.add(inner, shortcut));
    }
}
