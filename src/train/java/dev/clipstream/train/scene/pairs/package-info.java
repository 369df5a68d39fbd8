/// Training pairs from scenes: concepts go in, batches of images with captions come out.
@NullMarked
package dev.clipstream.train.scene.pairs;

import org.jspecify.annotations.NullMarked;
