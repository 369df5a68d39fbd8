/// Measures the pipeline on this machine, as ratios within one run: what the README quotes.
@NullMarked
package dev.clipstream.bench;

import org.jspecify.annotations.NullMarked;
