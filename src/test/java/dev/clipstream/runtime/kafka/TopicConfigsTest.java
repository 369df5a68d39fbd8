package dev.clipstream.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.event.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TopicConfigsTest {
    private static final Topics TOPICS = Topics.DEFAULT;
    private static final String DAY = "86400000";
    private static final String HOUR = "3600000";

    private final TopicConfigs configs = new TopicConfigs(TOPICS, List.of("clipstream-tagging-published-changelog"));
    private final Map<String, Map<String, String>> found = new HashMap<>(Map.of(
            TOPICS.uploaded(), config("delete", HOUR),
            TOPICS.backfill(), config("delete", HOUR),
            TOPICS.embedded(), config("compact", HOUR),
            TOPICS.tagged(), config("compact", HOUR),
            TOPICS.rejected(), config("delete", HOUR)));

    @Test
    void theTopicsThatTheServiceCreatesCauseNoWarning() {
        assertThat(configs.warnings(found)).isEmpty();
    }

    @Test
    void eachTopicHasAPolicyAndAReason() {
        found.put(TOPICS.rejected(), config("compact", HOUR));
        found.put(TOPICS.embedded(), config("compact,delete", HOUR));
        found.put(TOPICS.uploaded(), config("compact", HOUR));

        assertThat(configs.warnings(found))
                .containsExactlyInAnyOrder(
                        "The topic media.rejected: Expected cleanup.policy=delete, found compact. It keeps only"
                                + " the last rejection of each medium",
                        "The topic media.uploaded: Expected cleanup.policy=delete, found compact. A compacted topic"
                                + " refuses records without a key, and keeps only the last of each key",
                        "The topic media.embedded: Expected cleanup.policy=compact, found compact,delete. Media older"
                                + " than the topic's retention are lost to a new index");
    }

    @Test
    void anOutputThatIsTooSmallForAnEventsAttributesIsReported() {
        set(TOPICS.embedded(), "max.message.bytes", "20000");
        set(TOPICS.uploaded(), "max.message.bytes", "20000");
        set(TOPICS.backfill(), "max.message.bytes", "20000");

        assertThat(configs.warnings(found))
                .containsExactly("The topic media.embedded: Expected max.message.bytes of at least 524288, found 20000."
                        + " Media with many attributes are rejected");
    }

    @Test
    void anOutputThatTakesFewerTimestampsThanItsInputIsReported() {
        set(TOPICS.uploaded(), "message.timestamp.after.max.ms", DAY);

        assertThat(configs.warnings(found))
                .containsExactly(
                        "The topic media.embedded: Expected message.timestamp.after.max.ms of at least " + DAY
                                + ", as media.uploaded has, found " + HOUR
                                + ". Records with other timestamps get the time of their processing",
                        "The topic media.rejected: Expected message.timestamp.after.max.ms of at least " + DAY
                                + ", as media.uploaded has, found " + HOUR
                                + ". Records with other timestamps get the time of their processing");
    }

    @Test
    void theLimitOfBrokersBefore4IsReported() {
        set(TOPICS.embedded(), "message.timestamp.difference.max.ms", DAY);
        set(TOPICS.tagged(), "message.timestamp.difference.max.ms", HOUR);

        assertThat(configs.warnings(found))
                .containsExactly("The topic media.tagged: Expected message.timestamp.difference.max.ms of at least "
                        + DAY + ", as media.embedded has, found " + HOUR
                        + ". Records with other timestamps get the time of their processing");
    }

    @Test
    void theBrokersOwnTimestampsAreNeverRefused() {
        set(TOPICS.uploaded(), "message.timestamp.after.max.ms", DAY);
        set(TOPICS.uploaded(), "message.timestamp.type", "LogAppendTime");

        assertThat(configs.warnings(found)).isEmpty();
    }

    private void set(String topic, String setting, String value) {
        Map<String, String> config = new HashMap<>(found.getOrDefault(topic, Map.of()));
        config.put(setting, value);
        found.put(topic, config);
    }

    private static Map<String, String> config(String policy, String afterMaxMillis) {
        return new HashMap<>(Map.of(
                "cleanup.policy",
                policy,
                "max.message.bytes",
                "1048588",
                "message.timestamp.type",
                "CreateTime",
                "message.timestamp.before.max.ms",
                Long.toString(Long.MAX_VALUE),
                "message.timestamp.after.max.ms",
                afterMaxMillis));
    }
}
