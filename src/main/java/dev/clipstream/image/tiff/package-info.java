/// TIFF, decoded in Java. Fax tiles go to the JDK's reader and JPEG tiles to the JPEG decoder.
/// `topologies/RATIONALE.md` says why.
@NullMarked
package dev.clipstream.image.tiff;

import org.jspecify.annotations.NullMarked;
