/// Evaluation: how good the tags and the probabilities of a label set are.
///
/// In: probabilities, tags and the truth of media. Out: precision, recall, average precision and calibration error.
@NullMarked
package dev.clipstream.tag.evaluation;

import org.jspecify.annotations.NullMarked;
