/// JPEG: the header, read in Java, and two decoders behind one interface.
///
/// A file is taken apart into its segments and put together again from those that decoding needs. So a decoder sees
/// exactly the frame whose size was checked, and no ICC profile, EXIF or thumbnail.
@NullMarked
package dev.clipstream.image.jpeg;

import org.jspecify.annotations.NullMarked;
