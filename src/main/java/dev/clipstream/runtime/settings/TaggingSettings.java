package dev.clipstream.runtime.settings;

import static dev.clipstream.runtime.settings.InvalidSettingException.require;

import org.springframework.boot.context.properties.bind.DefaultValue;

/// The topology `tagging`.
public record TaggingSettings(
        @Description(
                "YAML file of the label set, or a bundled one (`everyday`, `moderation`), that applies unless "
                        + "`topics.labels` has one of the same name. Empty: about 200 everyday labels. none: only the sets of `topics.labels`.")
        @DefaultValue("")
        String labels,

        @Description("Stream threads, at least 1.") @DefaultValue("1")
        int streamThreads) {
    /// The value of `labels` without a configured label set.
    public static final String NO_LABELS = "none";

    public TaggingSettings {
        require(streamThreads >= 1, "tagging.stream-threads", "at least 1", streamThreads);
    }
}
