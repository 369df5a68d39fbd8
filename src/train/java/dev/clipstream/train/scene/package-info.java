/// What all stages of scene synthesis share: the caption languages, the split into training and held-out, the error
/// type.
///
/// Scenes are synthetic training data: images composed of emoji, with captions that are true by construction. The
/// way of the data: `font` reads glyph bitmaps, `concept` names what they depict, `compose` draws scenes of them,
/// `paint` renders scenes to images, `caption` describes scenes in English and Chinese, `pairs` makes training
/// batches, and `suite` writes held-out test suites as files.
@NullMarked
package dev.clipstream.train.scene;

import org.jspecify.annotations.NullMarked;
