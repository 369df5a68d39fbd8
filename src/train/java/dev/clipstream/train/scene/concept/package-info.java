/// Names what a font depicts: a font and the annotations of Unicode CLDR go in, concepts with English and Chinese
/// names and their glyphs come out.
@NullMarked
package dev.clipstream.train.scene.concept;

import org.jspecify.annotations.NullMarked;
