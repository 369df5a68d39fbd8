/// A prologue in front of a graph, so that an image reaches the device as bytes instead of floats.
///
/// In: a model file whose image tower takes normalized floats. Out: the same graph, which takes the image's bytes and
/// a table of levels; its weights stay in the file. [dev.clipstream.clip.prologue.ProductGraph] is a graph of its own,
/// for products of vectors. Knows neither ONNX Runtime nor devices.
@NullMarked
package dev.clipstream.clip.prologue;

import org.jspecify.annotations.NullMarked;
