/// What the members of a topology's consumer group agree on, and how brokers and instances check it.
///
/// In: settings and the model's fingerprint. Out: the assignors of the topologies' consumers.
@NullMarked
package dev.clipstream.runtime.kafka.group;

import org.jspecify.annotations.NullMarked;
