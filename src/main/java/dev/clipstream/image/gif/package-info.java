/// GIF, decoded in Java. `topologies/RATIONALE.md` says why.
@NullMarked
package dev.clipstream.image.gif;

import org.jspecify.annotations.NullMarked;
