/// Describes scenes in English and Chinese: a scene goes in, captions that are true of it come out.
@NullMarked
package dev.clipstream.train.scene.caption;

import org.jspecify.annotations.NullMarked;
