/// The topology `indexing`: from vectors and tags to the media index of one model.
///
/// In: `media.embedded` and `media.tagged`. Out: writes into the index, and `media.rejected`. [IndexingTopology]
/// is the wiring, [IndexingPipeline] writes in batches outside the stream.
@NullMarked
package dev.clipstream.topology.indexing;

import org.jspecify.annotations.NullMarked;
