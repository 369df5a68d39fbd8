/// Stage 3 of 7: bytes to pixels to model input.
///
/// In: an encoded picture, which is hostile. Out: 8-bit RGB of exactly the size that the model sees,
/// equal to Pillow's to the last bit. Knows no Kafka, Spring, Redis or ONNX Runtime.
@NullMarked
package dev.clipstream.image;

import org.jspecify.annotations.NullMarked;
