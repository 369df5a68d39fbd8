/// The program `clipstream`: reads the command line, runs one command and maps its result to an exit code.
///
/// In: arguments. Out: data on standard output, messages on standard error, and an exit code: 0 success, 1 an
/// input failed, 2 wrong arguments, 3 environment failure. The commands are in one package per group, which share
/// [dev.clipstream.cli.option], [dev.clipstream.cli.input] and [dev.clipstream.cli.output].
@NullMarked
package dev.clipstream.cli;

import org.jspecify.annotations.NullMarked;
