/// The folder into which native libraries are unpacked, and found again by the next process.
///
/// In: the name of a library and the room that it needs. Out: a folder from which it can be loaded. Each library is
/// unpacked and loaded by the package that uses it.
@NullMarked
package dev.clipstream.natives;

import org.jspecify.annotations.NullMarked;
