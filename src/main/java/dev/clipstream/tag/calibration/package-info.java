/// Calibration: makes a label's cosine a measured probability.
///
/// In: the cosines of a label set's labels with the media of a library, and which media show them if that is known.
/// Out: a logistic and a threshold for each label, with the figures that they rest on.
@NullMarked
package dev.clipstream.tag.calibration;

import org.jspecify.annotations.NullMarked;
