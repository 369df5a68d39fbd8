package dev.clipstream.topology.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.clipstream.topology.StageMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.Map;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Kafka's mock consumer of two partitions, which hold the offsets 5 to 9.
class MissingOffsetsTest {
    private static final TopicPartition LOST = new TopicPartition("in", 0);
    private static final TopicPartition HELD = new TopicPartition("in", 1);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final MissingOffsets missing = new MissingOffsets(new StageMetrics(registry, "test"), Clock.systemUTC());
    private final OffsetOutOfRangeException thrown = new OffsetOutOfRangeException(Map.of(LOST, 3L, HELD, 7L));
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");

    @BeforeEach
    void aConsumerWithTwoPartitions() {
        Map<TopicPartition, Long> start = Map.of(LOST, 5L, HELD, 5L);
        consumer.assign(start.keySet());
        consumer.updateBeginningOffsets(start);
        consumer.updateEndOffsets(Map.of(LOST, 10L, HELD, 10L));
    }

    @Test
    void aDeletedOffsetIsResetAndOneThatIsThereAgainIsRead() {
        // when
        missing.resume(consumer, thrown, "earliest");

        // then
        assertThat(consumer.position(LOST)).isEqualTo(5);
        assertThat(consumer.position(HELD)).isEqualTo(7);
        assertThat(lost()).isEqualTo(2);
    }

    @Test
    void offsetsThatLatestSkipsAreCounted() {
        // when
        missing.resume(consumer, thrown, "latest");

        // then
        assertThat(consumer.position(LOST)).isEqualTo(10);
        assertThat(consumer.position(HELD)).isEqualTo(7);
        assertThat(lost()).isEqualTo(7);
    }

    @Test
    void nothingIsCountedUntilTheLeaderAnswers() {
        // given
        consumer.setOffsetsException(new TimeoutException("no leader"));

        // then
        assertThatExceptionOfType(TimeoutException.class)
                .isThrownBy(() -> missing.resume(consumer, thrown, "earliest"));
        assertThat(lost()).isZero();
    }

    private double lost() {
        return registry.get("clipstream.offsets.lost").counter().count();
    }
}
