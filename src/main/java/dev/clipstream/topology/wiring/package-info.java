/// What the topologies share in their wiring into Kafka Streams: sources, sinks and the settings.
@NullMarked
package dev.clipstream.topology.wiring;

import org.jspecify.annotations.NullMarked;
