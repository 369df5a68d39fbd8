/// Stage 7 of 7: search in the media index.
///
/// In: a [dev.clipstream.search.SearchQuery] of texts, images, stored media and vectors. Out: the nearest media
/// of the index. The model of the index embeds the query, so vectors of two models are never compared. HTTP is in
/// [dev.clipstream.search.http].
@NullMarked
package dev.clipstream.search;

import org.jspecify.annotations.NullMarked;
