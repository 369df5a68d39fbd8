/// A trained pair of towers as a bundle that `--model` opens: graphs, tokenizer, settings, self-test and model card.
@NullMarked
package dev.clipstream.train.export;

import org.jspecify.annotations.NullMarked;
