/// Beside the stages: makes the model that they run. In go pictures with captions, out comes a model bundle,
/// trained by the contrastive objective of CLIP, and the figures that say how good it is.
@NullMarked
package dev.clipstream.train;

import org.jspecify.annotations.NullMarked;
