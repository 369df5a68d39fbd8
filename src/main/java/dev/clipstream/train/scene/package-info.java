/// Beside the stages: a training without photographs. In go a font of colour pictographs and their names in English and
/// Chinese, out come pictures of scenes with captions that are true, as many as a training wants, and suites of
/// held-out
/// scenes to measure a model by.
@NullMarked
package dev.clipstream.train.scene;

import org.jspecify.annotations.NullMarked;
