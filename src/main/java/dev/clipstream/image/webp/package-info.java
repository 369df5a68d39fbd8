/// WebP: the container, read in Java, and two decoders behind one interface.
///
/// The first image of a file is cut out as a file of its own. So animations need no decoder that knows them, and a
/// decoder sees exactly the frame whose size was checked, without alpha plane, profile and metadata.
@NullMarked
package dev.clipstream.image.webp;

import org.jspecify.annotations.NullMarked;
