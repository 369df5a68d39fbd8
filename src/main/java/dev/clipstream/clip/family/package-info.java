/// The families of models: one class per family with everything that is particular to it.
///
/// In: a bundle's configuration, tokenizer and layout. Out: the family, which says how texts are cleaned, tokenized
/// and padded, how images are prepared where the bundle's files do not say, and how cosines become probabilities.
@NullMarked
package dev.clipstream.clip.family;

import org.jspecify.annotations.NullMarked;
