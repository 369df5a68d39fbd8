package dev.clipstream.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TopicsNowTest {
    @Test
    void aNameThatDoesNotResolveIsABrokerThatDoesNotAnswer() throws InterruptedException {
        assertThat(new TopicsNow(Map.of("bootstrap.servers", "nosuch.invalid:9092"), Set.of("in")).faults())
                .isEmpty();
    }
}
