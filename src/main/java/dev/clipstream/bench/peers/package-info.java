/// Measures Clipstream beside what users would take instead, in alternation within one run.
///
/// In: a model bundle, JPEGs and Python environments. Out: images per second, processor time and memory of each. Every
/// contender is a process of its own with the same protocol.
@NullMarked
package dev.clipstream.bench.peers;

import org.jspecify.annotations.NullMarked;
