/// The rules of the contract that every implementation follows, as code: which write wins
/// ([dev.clipstream.index.rules.MediaState]), how deep searches become pages ([dev.clipstream.index.rules.Ranking]),
/// which words filters compare ([dev.clipstream.index.rules.FilterTokens]) and which vectors are refused
/// ([dev.clipstream.index.rules.DimensionCheck]).
///
/// In: the values of the contract. Out: the same decision in every store. For implementations; callers of an index need
/// none of it.
@NullMarked
package dev.clipstream.index.rules;

import org.jspecify.annotations.NullMarked;
