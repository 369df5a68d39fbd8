/// Products of many vectors with many others, at the speed of the machine's matrix kernels.
///
/// In: [dev.clipstream.clip.Embedding]s. Out: their dot products in float32, with a bound of their error. Knows nothing
/// of labels.
@NullMarked
package dev.clipstream.clip.product;

import org.jspecify.annotations.NullMarked;
