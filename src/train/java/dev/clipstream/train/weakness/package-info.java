/// Suites of pictures on which models of CLIP's kind are known to fail, and what mends them.
///
/// In: a model. Out: for each suite the accuracy of the texts, of an ensemble of texts, and with five examples per
/// class.
@NullMarked
package dev.clipstream.train.weakness;

import org.jspecify.annotations.NullMarked;
