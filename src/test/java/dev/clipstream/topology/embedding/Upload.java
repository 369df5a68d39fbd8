package dev.clipstream.topology.embedding;

import dev.clipstream.topology.Position;

/// An event that a test uploaded.
///
/// @param number    of the event among all of its test, from 0; a header of the event
/// @param timestamp of its record, in ms since 1970
record Upload(Kind kind, String key, int number, Position position, long timestamp) {

    /// What happens to an event.
    enum Kind {
        /// An inline image, which is embedded at once.
        INLINE,
        /// An image that a web server delivers late. On a busy machine it may be too late.
        LATE,
        /// A URI without an answer, which is rejected when its fetch has timed out.
        SILENT,
        /// Inline bytes that are not an image, which are rejected at once.
        BROKEN,
        /// An inline image with more attributes than an output may have, which is rejected when a broker refuses it.
        LARGE,
        /// A tombstone.
        DELETION
    }
}
