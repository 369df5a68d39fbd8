/// The commands. Data goes to standard output, talk to standard error; exit code 0 done, 1 an input failed, 2 wrong
/// arguments, 3 the world failed.
@NullMarked
package dev.clipstream.cli;

import org.jspecify.annotations.NullMarked;
