package dev.clipstream.runtime.settings;

import java.util.Locale;
import org.apache.kafka.streams.StreamsConfig;

/// The topologies that an instance can run, alone or together.
public enum TopologyName {
    /// `media.uploaded` to `media.embedded`: needs the model's image tower and the network.
    EMBEDDING(StreamsConfig.EXACTLY_ONCE_V2),
    /// `media.embedded` to `media.tagged`: needs the model's text tower once, at start.
    TAGGING(StreamsConfig.EXACTLY_ONCE_V2),
    /// `media.embedded` and `media.tagged` to the media index: needs the index, and the model's fingerprint.
    /// Its writes are idempotent, so transactions would only cost.
    INDEXING(StreamsConfig.AT_LEAST_ONCE);

    private final String guarantee;

    TopologyName(String guarantee) {
        this.guarantee = guarantee;
    }

    /// Kafka Streams' processing guarantee, unless a setting says otherwise.
    public String guarantee() {
        return guarantee;
    }

    /// The name on the command line, in metrics and in the application id.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
