/// The media index in a Redis with the query engine (`FT.*`): hashes, found by HNSW and inverted indexes over them.
///
/// In: [dev.clipstream.index.redis.query.QueryEngineSettings]. Out:
/// [dev.clipstream.index.redis.query.QueryEngineIndexFactory]. `docs/redis.md` describes the keys.
@NullMarked
package dev.clipstream.index.redis.query;

import org.jspecify.annotations.NullMarked;
