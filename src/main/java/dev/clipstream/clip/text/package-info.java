/// Texts to token ids: the clean-ups that models were trained with, and the tokenizer that runs behind them.
///
/// In: a text, a `tokenizer.json` and the rules of a family. Out: the ids that the model's own tokenizer gives. Each
/// clean-up is a pure function that reproduces the original exactly: another one gives other tokens, and vectors that
/// look right and rank badly. The only package that knows the tokenizer library.
@NullMarked
package dev.clipstream.clip.text;

import org.jspecify.annotations.NullMarked;
