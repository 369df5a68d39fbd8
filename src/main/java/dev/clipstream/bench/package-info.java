/// Measures the pipeline and the index on this machine: ratios within one run, which the README quotes.
@NullMarked
package dev.clipstream.bench;

import org.jspecify.annotations.NullMarked;
