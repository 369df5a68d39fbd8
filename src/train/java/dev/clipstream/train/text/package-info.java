/// The tokenizer that a training makes for its captions.
@NullMarked
package dev.clipstream.train.text;

import org.jspecify.annotations.NullMarked;
