/// The commands `train`, `evaluate` and `scenes`. [dev.clipstream.cli.Clipstream] finds them as a service provider.
@NullMarked
package dev.clipstream.train.cli;

import org.jspecify.annotations.NullMarked;
