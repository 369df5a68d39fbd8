package dev.clipstream.topology.topic;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class TopicLimitsTest {
    private static final long NOW = 1_800_000_000_000L;
    private static final long DAY = 86_400_000;

    @Test
    void anOutputHasTheTimestampOfItsInputUnlessItsTopicWouldRefuseIt() {
        TopicLimits limits = new TopicLimits(1000, DAY);

        assertThat(limits.timestamp(NOW - DAY / 2, NOW)).isEqualTo(NOW - DAY / 2);
        assertThat(limits.timestamp(NOW - DAY, NOW)).isEqualTo(NOW);
        assertThat(limits.timestamp(0, NOW)).isEqualTo(NOW);
        assertThat(limits.timestamp(NOW + 3 * DAY, NOW)).isEqualTo(NOW);
        assertThat(limits.timestamp(Long.MAX_VALUE, NOW)).isEqualTo(NOW);
        assertThat(TopicLimits.DEFAULT.timestamp(0, NOW)).isZero();
    }

    @Test
    void theSizeOfARecordCountsKeyValueAndHeaders() {
        TopicLimits limits = new TopicLimits(1000, DAY);

        assertThat(limits.accepts(new byte[100], new byte[700], new RecordHeaders()))
                .isTrue();
        assertThat(limits.accepts(new byte[100], new byte[900], new RecordHeaders()))
                .isFalse();
        assertThat(limits.accepts(null, null, new RecordHeaders().add("large", new byte[990])))
                .isFalse();
    }
}
