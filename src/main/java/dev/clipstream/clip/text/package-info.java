/// What happens to a text before its tokenizer, family by family.
///
/// Pure functions of strings. Each reproduces what the model's text tower was trained behind: another
/// clean-up gives other tokens, which look fine and rank badly.
@NullMarked
package dev.clipstream.clip.text;

import org.jspecify.annotations.NullMarked;
