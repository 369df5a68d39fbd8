package dev.clipstream.train.data;

import dev.clipstream.image.RgbImage;
import java.util.List;

/// A decoded picture with its captions.
///
/// @param image a little larger than the model's input
/// @param texts at least one
record Photo(RgbImage image, List<String> texts) {}
