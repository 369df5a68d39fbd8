/// The Kafka side of an instance. [KafkaProperties] decides the properties of every client; the rest are those clients:
/// topologies as they run, topics at start, broker health, and what the HTTP API reads and writes.
///
/// Settings and topologies come in; running clients go out. Depends on `settings`.
@NullMarked
package dev.clipstream.runtime.kafka;

import org.jspecify.annotations.NullMarked;
