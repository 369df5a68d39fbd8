/// What computes: towers and loss on a deep learning engine, forwards and backwards. The only package that knows
/// DJL's arrays.
@NullMarked
package dev.clipstream.train.engine;

import org.jspecify.annotations.NullMarked;
