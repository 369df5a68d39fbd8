/// The media of an index in the query engine as a Spring Data entity, for other Spring applications. Clipstream itself
/// does not use it (`topologies/RATIONALE.md` explains why). Needs `com.redis.om:redis-om-spring` on the class path.
///
/// In: the beans that [dev.clipstream.index.redis.om.MediaDocumentsConfiguration] names. Out:
/// [dev.clipstream.index.redis.om.MediaDocuments] and [dev.clipstream.index.redis.om.FilteredMedia], both read-only.
@NullMarked
package dev.clipstream.index.redis.om;

import org.jspecify.annotations.NullMarked;
