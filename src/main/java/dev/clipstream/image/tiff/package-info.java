/// TIFF, decoded in Java. JPEG tiles go to the JPEG decoder.
/// `topologies/RATIONALE.md` says why.
@NullMarked
package dev.clipstream.image.tiff;

import org.jspecify.annotations.NullMarked;
