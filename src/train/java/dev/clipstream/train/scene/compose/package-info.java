/// Draws scenes at random: concepts go in, descriptions of scenes (background, objects, positions) come out. Nothing
/// is painted here.
@NullMarked
package dev.clipstream.train.scene.compose;

import org.jspecify.annotations.NullMarked;
