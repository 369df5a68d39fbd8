/// What commands write: JSON Lines on standard output, progress and error messages on standard error, exit codes.
///
/// In: results, exceptions. Out: lines. Depends on no other package of the command line.
@NullMarked
package dev.clipstream.cli.output;

import org.jspecify.annotations.NullMarked;
