/// Stage 1 of 7: the contract. Typed topics, Avro serdes and the codes of a rejection; no logic.
///
/// In: bytes from Kafka. Out: the records generated from `schemas/` (Avro single-object encoding), for
/// every other stage.
@NullMarked
package dev.clipstream.event;

import org.jspecify.annotations.NullMarked;
