/// The asynchronous stage: has many records of a task in flight, and commits none of them before its outcome is
/// written.
///
/// In: the records of a source topic, and an [AsyncWork] that works on each outside the stream thread. Out: the
/// outcomes, in the order of the partition. [AsyncStage] goes into the topology, [HeldOffsetsClientSupplier] into
/// `KafkaStreams`; the two meet on the stream thread, where the clients lower every commit to the first record in
/// flight.
@NullMarked
package dev.clipstream.topology.async;

import org.jspecify.annotations.NullMarked;
