/// The entry point of stage 3: recognises the format, checks the limits, decodes, turns, resizes and crops.
///
/// Encoded bytes come in, an [dev.clipstream.image.RgbImage] of the model's size goes out. The formats are registered
/// in `ImageFormats`. All decodes of a preprocessor share a part of the memory.
@NullMarked
package dev.clipstream.image.preprocess;

import org.jspecify.annotations.NullMarked;
