/// Batching: gathers the images of all tasks of the process into batches, per device.
///
/// In: images of the model's input size, one by one. Out: a future embedding for each. Runs batches on the contract's
/// [dev.clipstream.clip.ImageSession]; knows neither bundles nor ONNX Runtime.
@NullMarked
package dev.clipstream.clip.batch;

import org.jspecify.annotations.NullMarked;
