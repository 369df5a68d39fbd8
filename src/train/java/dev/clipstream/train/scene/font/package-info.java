/// Reads colour bitmap fonts: a font file goes in, the glyph images of pictographs come out.
@NullMarked
package dev.clipstream.train.scene.font;

import org.jspecify.annotations.NullMarked;
