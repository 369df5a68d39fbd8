/// Picks the engine of a Redis: the query engine or vector sets.
///
/// In: the settings of Redis and of both engines. Out: [dev.clipstream.index.redis.detection.RedisIndexFactory], which
/// opens the store in the engine that the settings name, or that the server has.
@NullMarked
package dev.clipstream.index.redis.detection;

import org.jspecify.annotations.NullMarked;
