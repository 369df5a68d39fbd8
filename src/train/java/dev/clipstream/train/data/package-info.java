/// Somebody's own pictures with captions, as what a training learns from and what an evaluation measures on.
@NullMarked
package dev.clipstream.train.data;

import org.jspecify.annotations.NullMarked;
