/// Writes a model bundle: trained towers go in; graphs, tokenizer, settings, self-test and model card come out, in a
/// folder that `--model` opens.
@NullMarked
package dev.clipstream.train.export;

import org.jspecify.annotations.NullMarked;
