/// The command `bench`, which measures the pipeline and the media index on this machine.
///
/// In: the extent of a measurement. Out: a table on standard error, one JSON line on standard output.
@NullMarked
package dev.clipstream.cli.bench;

import org.jspecify.annotations.NullMarked;
