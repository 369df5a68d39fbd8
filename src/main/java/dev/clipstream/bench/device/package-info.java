/// Measures what the devices of this machine make of a model: the model alone, decoding, and both in the pipeline.
///
/// In: a model bundle and the name of a device. Out: images per second, and how close the vectors are to the CPU's.
@NullMarked
package dev.clipstream.bench.device;

import org.jspecify.annotations.NullMarked;
