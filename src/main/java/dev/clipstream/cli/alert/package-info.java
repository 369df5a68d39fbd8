/// The commands of standing queries.
@NullMarked
package dev.clipstream.cli.alert;

import org.jspecify.annotations.NullMarked;
