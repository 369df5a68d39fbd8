/// The topologies: the stages, wired into Kafka Streams. Their descriptions are pinned in the folder
/// `topologies/`.
///
/// | Package | Purpose |
/// |---|---|
/// | `embedding` | `media.uploaded` and `media.backfill` to `media.embedded` and `media.rejected` |
/// | `tagging` | `media.embedded` to `media.tagged` and `media.rejected` |
/// | `indexing` | `media.embedded` and `media.tagged` to the media index and `media.rejected` |
/// | `gate` | reads and checks every record, makes rejections |
/// | `async` | the asynchronous stage of `embedding` and `indexing` |
/// | `wiring` | sources, sinks and settings of Kafka Streams |
///
/// This package holds what all of them share: a record's position, a stage's result and the meters. It depends on
/// none of the others.
@NullMarked
package dev.clipstream.topology;

import org.jspecify.annotations.NullMarked;
