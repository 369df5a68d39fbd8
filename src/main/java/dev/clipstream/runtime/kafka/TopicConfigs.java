package dev.clipstream.runtime.kafka;

import dev.clipstream.event.Topics;
import dev.clipstream.topology.embedding.EmbeddingTopology;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.TopicConfig;

/// What the configuration of each topic should be, and why.
public final class TopicConfigs {
    /// No output is larger: what an event may carry, and as much again for a vector or tags and the encoding.
    /// The largest record of a label set, in bytes: a set whose labels have the vectors of many examples. The topic is
    /// created with this limit, and all writers have it.
    public static final int LARGEST_LABEL_SET = 16 << 20;

    private static final long LARGEST_OUTPUT = 2L * EmbeddingTopology.MOST_CARRIED_BYTES;

    /// Both limits in one, of brokers before 4.0.
    static final String TIMESTAMP_DIFFERENCE_MAX_MS = "message.timestamp.difference.max.ms";

    private final Topics topics;
    private final Set<String> changelogs;

    /// @param changelogs that Kafka Streams keeps
    TopicConfigs(Topics topics, Collection<String> changelogs) {
        this.topics = topics;
        this.changelogs = Set.copyOf(changelogs);
    }

    /// Returns the cleanup policy that a topic should have.
    String policy(String topic) {
        return List.of(topics.embedded(), topics.tagged(), topics.labels()).contains(topic)
                        || changelogs.contains(topic)
                ? TopicConfig.CLEANUP_POLICY_COMPACT
                : TopicConfig.CLEANUP_POLICY_DELETE;
    }

    /// Returns a warning for each value that loses records.
    ///
    /// @param found configuration of the topics that were found, by name
    List<String> warnings(Map<String, Map<String, String>> found) {
        List<String> warnings = new ArrayList<>();
        found.forEach((topic, config) -> {
            policyWarning(topic, config, warnings);
            if (!topics.uploads().contains(topic) && !topic.equals(topics.labels())) {
                sizeWarning(topic, config, warnings);
            }
        });
        // outputs and rejections have the timestamp of their input
        for (String uploads : topics.uploads()) {
            timeWarnings(found, uploads, List.of(topics.embedded(), topics.rejected()), warnings);
        }
        timeWarnings(found, topics.embedded(), List.of(topics.tagged(), topics.rejected()), warnings);
        return warnings;
    }

    private void policyWarning(String topic, Map<String, String> config, List<String> warnings) {
        String expected = policy(topic);
        String policy = config.get(TopicConfig.CLEANUP_POLICY_CONFIG);
        if (policy == null || Set.of(policy.split(",")).equals(Set.of(expected))) {
            return;
        }
        String because = expected.equals(TopicConfig.CLEANUP_POLICY_COMPACT)
                ? topic.equals(topics.labels())
                        ? "Label sets older than the topic's retention no longer apply after a restart"
                        : "Media older than the topic's retention are lost to a new index"
                : topic.equals(topics.rejected())
                        ? "It keeps only the last rejection of each medium"
                        : "A compacted topic refuses records without a key, and keeps only the last of each key";
        warnings.add(
                "The topic " + topic + ": Expected cleanup.policy=" + expected + ", found " + policy + ". " + because);
    }

    private static void sizeWarning(String topic, Map<String, String> config, List<String> warnings) {
        long limit = number(config, TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
        if (limit < LARGEST_OUTPUT) {
            warnings.add("The topic " + topic + ": Expected max.message.bytes of at least " + LARGEST_OUTPUT
                    + ", found " + limit + ". Media with many attributes are rejected");
        }
    }

    private static void timeWarnings(
            Map<String, Map<String, String>> found, String from, List<String> into, List<String> warnings) {
        Map<String, String> input = found.getOrDefault(from, Map.of());
        if (isLogAppendTime(input)) {
            return;
        }
        for (String topic : into) {
            Map<String, String> output = found.getOrDefault(topic, Map.of());
            for (String setting : List.of(
                    TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG,
                    TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG,
                    TIMESTAMP_DIFFERENCE_MAX_MS)) {
                if (!isLogAppendTime(output)
                        && input.containsKey(setting)
                        && number(output, setting) < number(input, setting)) {
                    warnings.add("The topic " + topic + ": Expected " + setting + " of at least "
                            + input.get(setting) + ", as " + from + " has, found " + output.get(setting)
                            + ". Records with other timestamps get the time of their processing");
                }
            }
        }
    }

    private static boolean isLogAppendTime(Map<String, String> config) {
        return "LogAppendTime".equals(config.get(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG));
    }

    private static long number(Map<String, String> config, String setting) {
        String value = config.get(setting);
        return value == null ? Long.MAX_VALUE : Long.parseLong(value);
    }
}
