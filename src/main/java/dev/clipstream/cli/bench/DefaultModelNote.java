package dev.clipstream.cli.bench;

import java.util.Map;
import java.util.Optional;

/// What to know about figures of the bundled model.
final class DefaultModelNote {
    private DefaultModelNote() {}

    /// Returns a line for the user if the settings name no model.
    static Optional<String> of(Map<String, String> settings) {
        return settings.getOrDefault("clipstream.model.path", "").isEmpty()
                ? Optional.of(
                        "the bundled model is so small that decoding and Kafka take most of the time. Name yours with"
                                + " --model: ratios to the bare model are higher with it")
                : Optional.empty();
    }
}
