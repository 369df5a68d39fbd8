/// Runs towers and loss on a deep learning engine: weights and batches go in, gradients and features come out. The
/// only package that uses DJL's arrays.
@NullMarked
package dev.clipstream.train.engine;

import org.jspecify.annotations.NullMarked;
