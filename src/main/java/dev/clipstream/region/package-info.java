/// Which part of an image speaks for a label.
///
/// In: the input of a model, and the vectors that the model gives for it while one part after the other is covered.
/// Out: a heat map, a box around what the label names, and a picture of both.
///
/// Knows images and vectors, but no labels, and neither Kafka nor Spring. The embedding topology, the tagging topology,
/// the search API and `clipstream tag` use it.
@NullMarked
package dev.clipstream.region;

import org.jspecify.annotations.NullMarked;
