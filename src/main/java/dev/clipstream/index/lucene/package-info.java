/// The media index in this process: Lucene's HNSW graphs, in a folder or in memory.
///
/// In: [dev.clipstream.index.lucene.LuceneSettings]. Out: [dev.clipstream.index.lucene.LuceneIndexFactory]. The only
/// package that knows Lucene.
@NullMarked
package dev.clipstream.index.lucene;

import org.jspecify.annotations.NullMarked;
