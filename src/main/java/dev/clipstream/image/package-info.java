/// Stage 3 of 7: encoded image to model input. This package holds the values that other stages use.
///
/// [dev.clipstream.image.preprocess] is the entry point. It recognises a file by its first bytes, checks the limits,
/// decodes, turns, resizes and crops: encoded bytes, which are hostile, come in; 8-bit RGB of exactly the model's input
/// size goes out, bit for bit what Pillow produces. Each format has a package of its own and implements
/// [dev.clipstream.image.format]. [dev.clipstream.image.codec] holds the libraries behind JPEG and WebP, and
/// [dev.clipstream.image.resample] holds resizing. No package here knows Kafka, Spring, Redis or ONNX Runtime.
@NullMarked
package dev.clipstream.image;

import org.jspecify.annotations.NullMarked;
