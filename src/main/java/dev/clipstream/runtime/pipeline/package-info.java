/// Wires the topologies of an instance: one class for each topology, which opens what only this topology uses, and
/// [Pipeline], which opens what they share and starts, drains and closes them.
///
/// Settings come in; a running pipeline, its index and its searches go out. Depends on `settings`, `kafka` and `index`.
@NullMarked
package dev.clipstream.runtime.pipeline;

import org.jspecify.annotations.NullMarked;
