package dev.clipstream.runtime.settings;

import java.util.Locale;
import org.apache.kafka.streams.StreamsConfig;

/// The topologies that an instance can run, alone or together.
public enum TopologyName {
    /// `media.uploaded` and `media.backfill` to `media.embedded`. Needs the model's image tower and the network.
    EMBEDDING(StreamsConfig.EXACTLY_ONCE_V2),
    /// `media.embedded` to `media.tagged`. Needs the model's text tower at start only.
    TAGGING(StreamsConfig.EXACTLY_ONCE_V2),
    /// `media.embedded` and `media.tagged` to the media index. Needs the index and the model's fingerprint.
    /// Its writes are idempotent, so transactions would cost time and gain nothing.
    INDEXING(StreamsConfig.AT_LEAST_ONCE);

    private final String guarantee;

    TopologyName(String guarantee) {
        this.guarantee = guarantee;
    }

    /// Returns the default processing guarantee of Kafka Streams.
    public String guarantee() {
        return guarantee;
    }

    /// Returns the name on the command line, in metrics and in the application id.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
