/// The topologies: wiring of the stages into Kafka Streams.
///
/// `embedding` reads `media.uploaded` and writes `media.embedded` and `media.rejected`; `tagging` reads
/// `media.embedded` and writes `media.tagged`. Each description is pinned in the folder `topologies/`.
@NullMarked
package dev.clipstream.topology;

import org.jspecify.annotations.NullMarked;
