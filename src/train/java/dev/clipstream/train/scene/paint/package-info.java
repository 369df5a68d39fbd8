/// Renders scenes: a scene goes in, an RGB image or an image file comes out.
@NullMarked
package dev.clipstream.train.scene.paint;

import org.jspecify.annotations.NullMarked;
