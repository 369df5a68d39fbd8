/// Measures how fast stored vectors are tagged again.
@NullMarked
package dev.clipstream.bench.retag;

import org.jspecify.annotations.NullMarked;
