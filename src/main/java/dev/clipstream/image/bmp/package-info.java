/// BMP, decoded in Java. `topologies/RATIONALE.md` says why.
@NullMarked
package dev.clipstream.image.bmp;

import org.jspecify.annotations.NullMarked;
