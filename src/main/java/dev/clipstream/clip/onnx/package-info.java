/// ONNX Runtime: sessions, devices, and the two towers on top of them.
///
/// In: graph files, a tokenizer and a preprocessing. Out: text encoders and image sessions of the contract, and what
/// a graph says about itself. Only this package and `clip.product` know ONNX Runtime.
@NullMarked
package dev.clipstream.clip.onnx;

import org.jspecify.annotations.NullMarked;
