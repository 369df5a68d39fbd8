/// The topology `embedding`: from upload events to vectors.
///
/// In: `media.uploaded` and `media.backfill`. Out: `media.embedded` and `media.rejected`. [EmbeddingTopology] is the
/// wiring, [EmbeddingPipeline] the work outside the stream: fetch, decode, embed.
@NullMarked
package dev.clipstream.topology.embedding;

import org.jspecify.annotations.NullMarked;
