package dev.clipstream.runtime.settings;

import static dev.clipstream.runtime.settings.InvalidSettingException.require;

import org.springframework.boot.context.properties.bind.DefaultValue;

/// The topology `tagging`.
public record TaggingSettings(
        @Description("YAML file of the label set. Empty: about 200 everyday labels.") @DefaultValue("")
        String labels,

        @Description("Stream threads, at least 1.") @DefaultValue("1")
        int streamThreads) {
    public TaggingSettings {
        require(streamThreads >= 1, "tagging.stream-threads", "at least 1", streamThreads);
    }
}
