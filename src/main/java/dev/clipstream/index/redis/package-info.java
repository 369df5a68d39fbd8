/// What both implementations over Redis share: connections, write scripts, the catalogue of indexes, their meta
/// hashes, the fields of a medium.
///
/// In: [dev.clipstream.index.redis.RedisSettings], and an engine ([dev.clipstream.index.redis.IndexEngine]) that
/// keeps the vectors. Out: [dev.clipstream.index.redis.RedisIndexes], the store. Knows no engine: those are the
/// packages `query` and `vectorset` below, and `detection` picks the one that the server has. Public types are for
/// these packages.
@NullMarked
package dev.clipstream.index.redis;

import org.jspecify.annotations.NullMarked;
