/// Measures a model on the user's images: embeddings of images and texts go in; zero-shot accuracy, retrieval, loss
/// and confusions come out.
@NullMarked
package dev.clipstream.train.evaluate;

import org.jspecify.annotations.NullMarked;
