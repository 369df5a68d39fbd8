/// The topics around a topology: what the brokers say about them, what they accept, and which outputs they refused.
@NullMarked
package dev.clipstream.topology.topic;

import org.jspecify.annotations.NullMarked;
