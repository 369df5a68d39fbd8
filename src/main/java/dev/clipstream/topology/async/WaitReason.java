package dev.clipstream.topology.async;

import java.util.Locale;

/// Why a partition is not read for now.
enum WaitReason {
    /// As many records as the devices need are being worked on.
    WINDOW,

    /// The values in flight take as much memory as they may.
    MEMORY,

    /// The metadata of a commit can name no more records in flight.
    METADATA;

    /// Returns the tag of the meters.
    String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
