/// People's verdicts about the labels of media, as examples of these labels.
///
/// In: verdicts and a label set. Out: the label set with examples.
@NullMarked
package dev.clipstream.label.feedback;

import org.jspecify.annotations.NullMarked;
