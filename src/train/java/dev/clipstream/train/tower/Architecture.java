package dev.clipstream.train.tower;

import dev.clipstream.image.Preprocessing;
import dev.clipstream.image.Preprocessing.Channels;
import java.util.List;

/// The hyperparameters of both towers, stored with a checkpoint.
///
/// @param imageEncoder kind of the image tower
/// @param imageSize    side of the square input in pixels
/// @param dimension    of the shared embedding space
/// @param vocabulary   of the tokenizer
/// @param textLength   maximum number of tokens of a text
/// @param sigmoid      whether each combination is scored on its own (SigLIP) instead of against the batch (CLIP)
public record Architecture(
        ImageEncoder imageEncoder, int imageSize, int dimension, int vocabulary, int textLength, boolean sigmoid) {
    /// Name of the weight with the logarithm of the temperature.
    public static final String LOGIT_SCALE = "logit_scale";

    /// Name of the weight with the sigmoid's bias.
    public static final String LOGIT_BIAS = "logit_bias";

    /// The kinds of image towers.
    public enum ImageEncoder {
        /// A residual convolutional network.
        RESNET,
        /// A vision transformer.
        VIT
    }

    /// Returns the image tower.
    public ImageTower imageTower() {
        return switch (imageEncoder) {
            case RESNET -> new ResNetTower(List.of(32, 48, 96, 192), List.of(1, 1, 1, 2), dimension);
            case VIT -> new VitTower(imageSize, 8, 160, 5, 5, dimension);
        };
    }

    /// Returns the text tower.
    public TextTower textTower() {
        return new TextTower(vocabulary, textLength, 2, 4, dimension);
    }

    /// Declares every weight of both towers and of the loss.
    public WeightDeclaration declare() {
        WeightDeclaration declaration = new WeightDeclaration();
        imageTower().features(declaration, List.of(1, 3, imageSize, imageSize));
        textTower().features(declaration, List.of(1, textLength), List.of(1, textLength));
        // 1 / 0.07 of the CLIP paper; 10 and -10 of SigLIP's
        declaration.number(LOGIT_SCALE, sigmoid ? Math.log(10) : Math.log(1 / 0.07));
        if (sigmoid) {
            declaration.number(LOGIT_BIAS, -10);
        }
        return declaration;
    }

    /// Returns what happens to an image before the first layer: it is squashed to a square, because a caption
    /// describes the whole image, and its channels are scaled to -1..1.
    ///
    /// @param size side of the input in pixels
    public static Preprocessing preprocessing(int size) {
        Channels half = new Channels(0.5f, 0.5f, 0.5f);
        return new Preprocessing(
                size,
                size,
                Preprocessing.Fit.SQUASH,
                Preprocessing.Filter.BICUBIC,
                Preprocessing.CropRounding.FLOOR,
                half,
                half);
    }
}
