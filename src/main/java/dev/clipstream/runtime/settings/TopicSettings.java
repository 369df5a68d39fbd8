package dev.clipstream.runtime.settings;

import static dev.clipstream.runtime.settings.InvalidSettingException.require;

import dev.clipstream.event.Topics;
import java.util.Set;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// The topics.
public record TopicSettings(
        @Description("Topic of upload events.") @DefaultValue("media.uploaded")
        String uploaded,

        @Description("Topic of vectors.") @DefaultValue("media.embedded")
        String embedded,

        @Description("Topic of tags.") @DefaultValue("media.tagged")
        String tagged,

        @Description("Topic of rejections.") @DefaultValue("media.rejected")
        String rejected,

        @Description("Topic of label sets (read by a later version).") @DefaultValue("media.labels")
        String labels,

        @Description("Create missing topics at start; otherwise a missing one stops the start with an error.")
        @DefaultValue("false")
        boolean create,

        @Description("Partitions of a topic that is created, at least 1.") @DefaultValue("4")
        int partitions,

        @Description("Replicas of a topic that is created; -1: the broker's default.") @DefaultValue("-1")
        short replicationFactor) {
    public TopicSettings {
        require(partitions >= 1, "topics.partitions", "at least 1", partitions);
        require(
                replicationFactor == -1 || replicationFactor >= 1,
                "topics.replication-factor",
                "at least 1, or -1",
                replicationFactor);
    }

    /// Every one.
    public Set<String> all() {
        return Set.of(uploaded, embedded, tagged, rejected, labels);
    }

    /// The names alone.
    public Topics names() {
        return new Topics(uploaded, embedded, tagged, rejected, labels);
    }
}
