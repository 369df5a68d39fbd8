/// The processor time that decoding and resizing take, beside libjpeg-turbo alone and Pillow. Image files come in,
/// [dev.clipstream.bench.decode.DecodeMeasurements] go out.
@NullMarked
package dev.clipstream.bench.decode;

import org.jspecify.annotations.NullMarked;
