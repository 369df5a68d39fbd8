package dev.clipstream.runtime;

import java.util.Locale;

/// The topologies that an instance can run, alone or together.
public enum TopologyName {
    /// `media.uploaded` to `media.embedded`: needs the model's image tower and the network.
    EMBEDDING,
    /// `media.embedded` to `media.tagged`: needs the model's text tower once, at start.
    TAGGING,
    /// `media.embedded` and `media.tagged` to the media index: needs the index, and the model's fingerprint.
    INDEXING;

    /// The name on the command line, in metrics and in the application id.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
