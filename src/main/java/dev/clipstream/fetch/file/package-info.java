/// The source for `file:`, restricted to allowed folders.
@NullMarked
package dev.clipstream.fetch.file;

import org.jspecify.annotations.NullMarked;
