/// Compares the weights of a model bundle on the user's own images: speed, size, memory, vectors and tags.
///
/// In: a bundle, images and labels. Out: what each variant of the graphs costs and changes, and which one to take.
@NullMarked
package dev.clipstream.bench.compare;

import org.jspecify.annotations.NullMarked;
