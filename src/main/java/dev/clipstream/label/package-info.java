/// Input of stage 5 of 7: label sets, against which `tag` scores the vectors.
///
/// In: a YAML file, a list of names, or the bundled default. Out: a validated [LabelSet], and the prompts of its
/// labels. A mistake in a file is reported with its line, its field and a remedy.
@NullMarked
package dev.clipstream.label;

import org.jspecify.annotations.NullMarked;
