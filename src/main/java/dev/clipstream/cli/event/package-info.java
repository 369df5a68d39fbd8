/// Kafka clients for events: `publish` and `consume`.
///
/// In: files and URIs, or records. Out: records, or JSON Lines.
@NullMarked
package dev.clipstream.cli.event;

import org.jspecify.annotations.NullMarked;
