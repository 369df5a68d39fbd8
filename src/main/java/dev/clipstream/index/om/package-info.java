/// The media of a Redis index as a Spring Data entity, for other Spring applications; the program itself does without
/// (`topologies/RATIONALE.md` says why). Needs `com.redis.om:redis-om-spring` on the class path.
@NullMarked
package dev.clipstream.index.om;

import org.jspecify.annotations.NullMarked;
