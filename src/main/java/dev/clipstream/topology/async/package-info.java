/// The asynchronous stage: has many records of a task in flight, and commits none of them before its outcome is
/// written.
///
/// In: the records of a source topic, and an [AsyncWork] that works on each outside the stream thread. Out: the
/// outcomes, each when it is ready, in the order of each key. [AsyncStage] goes into the topology,
/// [HeldOffsetsClientSupplier] into `KafkaStreams`; the two meet on the stream thread, where the clients lower every
/// commit to the first record in flight and name in its metadata what is finished above.
@NullMarked
package dev.clipstream.topology.async;

import org.jspecify.annotations.NullMarked;
