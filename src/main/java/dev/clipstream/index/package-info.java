/// Stage 6 of 7: vectors and tags to a searchable index.
///
/// In: [dev.clipstream.index.MediaWrite]s, in any order, any number of times. Out: a
/// [dev.clipstream.index.MediaIndex] of the media of one model, searched by vector, filter and id.
///
/// This package is the contract: it knows no store, no Kafka and no Spring. The packages below it:
///
/// | Package | For |
/// |---|---|
/// | `rules` | the contract's rules as code, for implementations |
/// | `lucene` | in this process: in a folder or in memory |
/// | `redis` | what both implementations over Redis share |
/// | `redis.query` | Redis with the query engine |
/// | `redis.vectorset` | a plain Redis 8 |
/// | `redis.detection` | picks one of the two |
/// | `redis.om` | the media as Spring Data entities, for other applications |
///
/// To add a store:
///
/// - write a package with a [dev.clipstream.index.MediaIndexFactory] and a settings record,
/// - write a test that extends `dev.clipstream.index.tck.MediaIndexTck`,
/// - add its settings to `dev.clipstream.runtime.settings.IndexSettings`, and a case to
///   `dev.clipstream.runtime.index.MediaIndexFactories`, the only class that knows all implementations.
@NullMarked
package dev.clipstream.index;

import org.jspecify.annotations.NullMarked;
