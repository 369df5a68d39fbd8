/// A Kafka broker inside this process, for the demo, benchmarks and tests. Depends on no other package of the project.
@NullMarked
package dev.clipstream.runtime.broker;

import org.jspecify.annotations.NullMarked;
