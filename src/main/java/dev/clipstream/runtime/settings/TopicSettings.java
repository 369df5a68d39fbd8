package dev.clipstream.runtime.settings;

import static dev.clipstream.runtime.settings.InvalidSettingException.require;

import dev.clipstream.event.Topics;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Names of the topics, and how missing ones are created.
public record TopicSettings(
        @Description("Topic of upload events.") @DefaultValue("media.uploaded")
        String uploaded,

        @Description("Topic of upload events that yield to those of `topics.uploaded`, with as many partitions. Empty: "
                + "no such topic is read.")
        @DefaultValue("media.backfill")
        String backfill,

        @Description("Topic of embeddings.") @DefaultValue("media.embedded")
        String embedded,

        @Description("Topic of tags.") @DefaultValue("media.tagged")
        String tagged,

        @Description("Topic of rejections.") @DefaultValue("media.rejected")
        String rejected,

        @Description("Topic of label sets, with one partition. Empty: only the set of `tagging.labels`.")
        @DefaultValue("media.labels")
        String labels,

        @Description("Topic of people's verdicts about tags.") @DefaultValue("media.feedback")
        String feedback,

        @Description("Topic of the matches of standing queries.") @DefaultValue("media.alerts")
        String alerts,

        @Description("Whether to create missing topics at start. If false, a missing topic stops the start "
                + "with an error.")
        @DefaultValue("false")
        boolean create,

        @Description("Partitions of created topics, at least 1.") @DefaultValue("4")
        int partitions,

        @Description("Replication factor of created topics, at least 1; -1: the default of the brokers.")
        @DefaultValue("-1")
        short replicationFactor,

        @Description("Whether instances with another application-id may write to the same output topics, so that "
                + "each result is written several times. If false, such an instance does not start.")
        @DefaultValue("false")
        boolean shared,

        @Description("Whether to reject an upload outside the partition of its key, which is murmur2 of the key as "
                + "Kafka's Java client computes it. If false, it is counted and logged.")
        @DefaultValue("false")
        boolean rejectMisplaced) {
    public TopicSettings {
        require(
                !backfill.equals(uploaded),
                "topics.backfill",
                "another topic than topics.uploaded, or an empty value",
                backfill);
        require(partitions >= 1, "topics.partitions", "at least 1", partitions);
        require(
                replicationFactor == -1 || replicationFactor >= 1,
                "topics.replication-factor",
                "at least 1, or -1",
                replicationFactor);
    }

    /// Returns the names of all topics.
    public Set<String> all() {
        Set<String> all = new TreeSet<>(names().uploads());
        all.addAll(List.of(embedded, tagged, rejected, feedback, alerts));
        if (!labels.isEmpty()) {
            all.add(labels);
        }
        return all;
    }

    /// Returns the names without the other settings.
    public Topics names() {
        return new Topics(uploaded, backfill, embedded, tagged, rejected, labels, feedback, alerts);
    }
}
