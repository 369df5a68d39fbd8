package dev.clipstream.topology.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.topology.Position;
import dev.clipstream.topology.StageMetrics;
import dev.clipstream.topology.topic.TopicFacts;
import dev.clipstream.topology.topic.TopicLimits;
import dev.clipstream.topology.topic.TopicRules;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class KeyPlacementTest {
    private static final TopicFacts FOUR_PARTITIONS = new TopicFacts() {
        @Override
        public OptionalInt partitions(String topic) {
            return OptionalInt.of(4);
        }

        @Override
        public TopicLimits limits(String topic) {
            return TopicLimits.DEFAULT;
        }
    };

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void aKeyIsInPlaceWhereKafkasJavaClientPutsIt() {
        // given
        KeyPlacement placement = placement(true);

        // then
        for (int i = 0; i < 200; i++) {
            byte[] key = key(i);
            int partition = BuiltInPartitioner.partitionForKey(key, 4);
            assertThat(placement.refusal(key, in(partition))).isEmpty();
            assertThat(placement.refusal(key, in((partition + 1) % 4)).orElseThrow())
                    .contains("in partition " + partition + " of 4")
                    .contains("murmur2_random");
        }
        assertThat(misplaced()).isEqualTo(200);
    }

    @Test
    void aKeyElsewhereIsOnlyCountedUnlessTheSettingsRejectIt() {
        // given
        byte[] key = key(0);
        int partition = BuiltInPartitioner.partitionForKey(key, 4);

        // then
        assertThat(placement(false).refusal(key, in((partition + 1) % 4))).isEmpty();
        assertThat(misplaced()).isEqualTo(1);
    }

    @Test
    void topicsThatClipstreamWritesAreOnlyCounted() {
        // given
        byte[] key = key(0);
        int partition = BuiltInPartitioner.partitionForKey(key, 4);

        // then
        assertThat(placement(true).counting().refusal(key, in((partition + 1) % 4)))
                .isEmpty();
        assertThat(misplaced()).isEqualTo(1);
    }

    @Test
    void nothingIsSaidOfAPartitionThatIsNotKnownYet() {
        assertThat(placement(true).refusal(key(0), in(7))).isEmpty();
        assertThat(misplaced()).isZero();
    }

    private KeyPlacement placement(boolean reject) {
        return new KeyPlacement(new TopicRules(FOUR_PARTITIONS, reject), new StageMetrics(registry, "test"));
    }

    private double misplaced() {
        return registry.get("clipstream.keys.misplaced").counter().count();
    }

    private static byte[] key(int number) {
        return ("medium " + number).getBytes(StandardCharsets.UTF_8);
    }

    private static Position in(int partition) {
        return new Position(new TopicPartition("media.uploaded", partition), 0);
    }
}
