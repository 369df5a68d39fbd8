/// The gate that every record passes before a stage works on it.
///
/// In: a record of a source topic, as bytes. Out: a decoded event whose key and size were checked, a tombstone, or
/// a rejection for `media.rejected`. The three topologies share it, so that a bad record has the same reason
/// everywhere.
@NullMarked
package dev.clipstream.topology.gate;

import org.jspecify.annotations.NullMarked;
