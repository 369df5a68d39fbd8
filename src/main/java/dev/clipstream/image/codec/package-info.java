/// The libraries behind the formats that Clipstream does not decode itself.
///
/// There are two sets: a native one (Leptonica, which contains libjpeg-turbo and libwebp) and a portable one (readers
/// of ImageIO). [dev.clipstream.image.codec.Codecs] says which one to use. Both give the same pixels, except for lossy
/// WebP, where the portable side differs by about one level.
@NullMarked
package dev.clipstream.image.codec;

import org.jspecify.annotations.NullMarked;
