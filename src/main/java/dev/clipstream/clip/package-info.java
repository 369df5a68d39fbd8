/// Stage 4 of 7: images and texts to unit vectors.
///
/// This package is the contract: models, embeddings, encoders, sessions and their errors. Its implementation is below
/// it: `bundle` reads a model's files, `family` knows the families of models, `text` prepares texts, `onnx` runs
/// graphs, `opening` puts them together, and `batch` gathers images into batches. `product` multiplies embeddings.
/// Nothing here depends on them.
///
/// In: model input from `image`, texts from `tag`. Out: [dev.clipstream.clip.Embedding]s.
@NullMarked
package dev.clipstream.clip;

import org.jspecify.annotations.NullMarked;
