/// Stage 4 of 7: pixels and texts to unit vectors.
///
/// In: model input from `image`, texts from `tag`. Out: [dev.clipstream.clip.Embedding]s, in real
/// batches, from one session per device. The only package that knows ONNX Runtime.
@NullMarked
package dev.clipstream.clip;

import org.jspecify.annotations.NullMarked;
