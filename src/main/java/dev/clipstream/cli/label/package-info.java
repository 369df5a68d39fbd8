/// The group of commands `labels`.
///
/// In: label sets as YAML files. Out: new versions of them, tables and JSON lines.
@NullMarked
package dev.clipstream.cli.label;

import org.jspecify.annotations.NullMarked;
