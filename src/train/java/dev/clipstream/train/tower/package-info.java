/// The two towers, written once as calls of [Operators]. One implementation declares the weights, another computes,
/// and a third writes an ONNX graph.
@NullMarked
package dev.clipstream.train.tower;

import org.jspecify.annotations.NullMarked;
