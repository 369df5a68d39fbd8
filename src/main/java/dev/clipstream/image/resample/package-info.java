/// Resizing as Pillow does it, bit for bit: where the model input lies in an image, what each output sample is made of,
/// and the two passes that compute it. Pixels come in, an [dev.clipstream.image.RgbImage] goes out.
@NullMarked
package dev.clipstream.image.resample;

import org.jspecify.annotations.NullMarked;
