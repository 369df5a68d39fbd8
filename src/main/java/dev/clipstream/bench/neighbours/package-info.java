/// Measures how much media slow each other down: small images beside silent servers, dead links, large images and a
/// back-fill.
///
/// In: settings and the extent of the measurement. Out: latencies and throughputs, and their ratios to a quiet run.
@NullMarked
package dev.clipstream.bench.neighbours;

import org.jspecify.annotations.NullMarked;
