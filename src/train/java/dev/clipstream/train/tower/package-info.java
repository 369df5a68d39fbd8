/// The two towers, written once: as steps of [Operators], which one reading declares the weights of, another
/// computes, and a third writes down as an ONNX graph.
@NullMarked
package dev.clipstream.train.tower;

import org.jspecify.annotations.NullMarked;
