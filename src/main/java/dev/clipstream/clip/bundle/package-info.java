/// The files of a model bundle: which they are, what they say, and the fingerprint over them.
///
/// In: a folder. Out: its graphs, its tokenizer, its preprocessing, its `clipstream.json`, and refusals that name the
/// file at fault. Knows no model family and opens no graph; `family` and `opening` draw the conclusions.
@NullMarked
package dev.clipstream.clip.bundle;

import org.jspecify.annotations.NullMarked;
