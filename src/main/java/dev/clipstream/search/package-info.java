/// Stage 7 of 7: lookups of people and programs.
///
/// In: a [dev.clipstream.search.SearchQuery], or the same over HTTP below `/v1`. Out: the media of the index that are
/// nearest. A query becomes one vector by the model whose index is asked, so vectors of two models never meet.
@NullMarked
package dev.clipstream.search;

import org.jspecify.annotations.NullMarked;
