package dev.clipstream.image;

/// What a model does to a picture before its first layer; read from the bundle, never assumed.
///
/// @param width    width of the model's input in pixels
/// @param height   height of the model's input in pixels
/// @param fit      how a picture comes to that size
/// @param filter   Pillow's resampling filter
/// @param rounding how the centre crop's offset is rounded; unused by [Fit#SQUASH]
/// @param mean     subtracted from each of red, green, blue after scaling to 0..1
/// @param std      divided by afterwards, above 0
public record Preprocessing(
        int width, int height, Fit fit, Filter filter, CropRounding rounding, Channels mean, Channels std) {

    /// How a picture comes to the model's size.
    public enum Fit {
        /// The shortest side becomes the model's (the long one floor(S · long / short)), then the centre is
        /// cropped.
        CROP,
        /// Both sides become the model's, whatever the aspect.
        SQUASH
    }

    /// Pillow's filters with antialiasing (support grows with the scale).
    public enum Filter {
        /// Triangle; Pillow's number 2.
        BILINEAR,
        /// Keys' cubic with a = -0.5; Pillow's number 3.
        BICUBIC
    }

    /// How (side - S) / 2 becomes whole.
    public enum CropRounding {
        /// torchvision (OpenAI's and OpenCLIP's transform): half to even.
        HALF_EVEN,
        /// Hugging Face processors: floor.
        FLOOR
    }

    /// One value for each of red, green and blue.
    public record Channels(float red, float green, float blue) {}

    public Preprocessing {
        if (width < 1 || height < 1 || !(std.red > 0) || !(std.green > 0) || !(std.blue > 0)) {
            throw new IllegalArgumentException(
                    "An input of at least 1 x 1 and standard deviations above 0 were expected, found " + width + " x "
                            + height + ", " + std + ": correct the bundle's preprocessor_config.json");
        }
    }
}
