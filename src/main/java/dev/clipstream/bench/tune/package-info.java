/// Finds the settings of the pipeline that are fastest on this machine.
///
/// In: a model, images and a time limit. Out: threads, batches in flight and batch size as settings, and how sure they
/// are.
@NullMarked
package dev.clipstream.bench.tune;

import org.jspecify.annotations.NullMarked;
