/// Stage 1 of 7: the contract with producers and consumers: topics, Avro serdes and the reason codes of
/// rejections.
///
/// In: bytes from Kafka. Out: the records generated from `schemas/`, for all other stages.
@NullMarked
package dev.clipstream.event;

import org.jspecify.annotations.NullMarked;
