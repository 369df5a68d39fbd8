/// PNG, decoded in Java with the Inflater of the JDK. `topologies/RATIONALE.md` says why.
@NullMarked
package dev.clipstream.image.png;

import org.jspecify.annotations.NullMarked;
