package dev.clipstream.image;

/// The preprocessing that a model requires. It is read from the model bundle, never assumed.
///
/// @param width    of the model's input, in pixels, at least 1
/// @param height   of the model's input, in pixels, at least 1
/// @param fit      how an image is brought to that size
/// @param filter   Pillow's resampling filter
/// @param rounding how the offset of the centre crop is rounded; [Fit#SQUASH] ignores it
/// @param mean     is subtracted from red, green and blue, each in 0 to 1
/// @param std      the standard deviation by which the result is divided, above 0
public record Preprocessing(
        int width, int height, Fit fit, Filter filter, CropRounding rounding, Channels mean, Channels std) {

    /// How an image is brought to the model's size.
    public enum Fit {
        /// Resizes the short side to the model's size S (and the long side to floor(S · long / short)), then crops
        /// the centre.
        CROP,
        /// Resizes both sides to the model's size, whatever the aspect ratio.
        SQUASH
    }

    /// Pillow's filters with antialiasing (support grows with the scale).
    public enum Filter {
        /// Triangle; Pillow's number 2.
        BILINEAR,
        /// Keys' cubic with a = -0.5; Pillow's number 3.
        BICUBIC
    }

    /// How the offset of the crop, (side - S) / 2, is rounded.
    public enum CropRounding {
        /// Half to even, as torchvision (OpenAI's and OpenCLIP's transform) does.
        HALF_EVEN,
        /// Down, as the processors of Hugging Face do.
        FLOOR
    }

    /// A value for each of red, green and blue.
    public record Channels(float red, float green, float blue) {}

    public Preprocessing {
        if (width < 1 || height < 1 || !(std.red > 0) || !(std.green > 0) || !(std.blue > 0)) {
            throw new IllegalArgumentException(
                    "Expected an input of at least 1 x 1 pixels and standard deviations above 0, found " + width + " x "
                            + height + " and " + std + ". Correct the bundle's preprocessor_config.json.");
        }
    }
}
