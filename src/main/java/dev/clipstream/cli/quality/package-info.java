/// Commands that calibrate and evaluate label sets.
///
/// In: a label set, media or their stored vectors, and the truth about them. Out: a calibrated label set; figures as a
/// JSON line, a table and charts.
@NullMarked
package dev.clipstream.cli.quality;

import org.jspecify.annotations.NullMarked;
