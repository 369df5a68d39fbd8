/// The media index in the vector sets of a plain Redis 8: one set for each shard of an index, and a hash for each
/// medium.
///
/// In: [dev.clipstream.index.redis.vectorset.VectorSetSettings]. Out:
/// [dev.clipstream.index.redis.vectorset.VectorSetIndexFactory]. `docs/redis.md` describes the keys.
@NullMarked
package dev.clipstream.index.redis.vectorset;

import org.jspecify.annotations.NullMarked;
