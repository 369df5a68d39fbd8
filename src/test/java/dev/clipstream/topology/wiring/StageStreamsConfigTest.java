package dev.clipstream.topology.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.clipstream.topology.async.StageLimits;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StageStreamsConfigTest {
    private static final StageLimits LIMITS = new StageLimits(256, 1 << 20, Duration.ofSeconds(40));

    @Test
    void byDefaultItIsExactlyOnceWithAStaticMember() {
        // when
        StreamsConfig config = config(Map.of());

        // then
        assertThat(config.getString(StreamsConfig.PROCESSING_GUARANTEE_CONFIG)).isEqualTo("exactly_once_v2");
        assertThat(config.getMainConsumerConfigs("group", "client", 1))
                .containsEntry("group.instance.id", "machine-7-1")
                .containsEntry("max.poll.records", 64);
        assertThat(config.getInt(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG))
                .isEqualTo(64);
        assertThat(config.getLong(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG)).isEqualTo(-1);
        assertThat(config.getProducerConfigs("client"))
                .containsEntry("max.request.size", 1 << 20)
                .containsEntry("retry.backoff.ms", 20);
        assertThat(config.getMainConsumerConfigs("group", "client", 1)).doesNotContainEntry("retry.backoff.ms", 20);
    }

    @Test
    void safeSettingsOfTheUserTakePrecedence() {
        // when
        StreamsConfig config = config(Map.of(
                "processing.guarantee", "at_least_once",
                "commit.interval.ms", "500",
                "security.protocol", "SASL_SSL",
                "main.consumer.max.poll.records", "32",
                "producer.compression.type", "zstd",
                "retry.backoff.ms", "300",
                "max.request.size", "4000000"));

        // then
        assertThat(config.getString("processing.guarantee")).isEqualTo("at_least_once");
        assertThat(config.getLong("commit.interval.ms")).isEqualTo(500);
        assertThat(config.getMainConsumerConfigs("group", "client", 1))
                .containsEntry("max.poll.records", "32")
                .containsEntry("security.protocol", "SASL_SSL");
        assertThat(config.getProducerConfigs("client"))
                .containsEntry("compression.type", "zstd")
                .containsEntry("retry.backoff.ms", "300")
                .containsEntry("max.request.size", "4000000");
    }

    @ParameterizedTest
    @CsvSource({
        "group.protocol, streams, their own consumer",
        "group.protocol, consumer, their own consumer",
        "main.consumer.group.protocol, consumer, their own consumer",
        "enable.auto.commit, true, records in flight",
        "consumer.enable.auto.commit, true, records in flight",
        "processing.exception.handler,"
                + " org.apache.kafka.streams.errors.LogAndContinueProcessingExceptionHandler, the environment fails",
        "production.exception.handler, com.example.GoOn, was not written",
        "__processing.threads.enabled__, true, the same thread",
        "default.client.supplier, com.example.Clients, HeldOffsetsClientSupplier",
        "buffered.records.per.partition, 1000, at most the window",
        "max.poll.records, 257, at most the window",
        "main.consumer.max.poll.records, 500, at most the window",
        "max.task.idle.ms, 0, not process those of its other partition",
        "max.request.size, 500000, carry the attributes",
        "producer.max.request.size, 500000, carry the attributes"
    })
    void unsafeSettingsAreRefusedWithTheReason(String name, String value, String reason) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> config(Map.of(name, value)))
                .withMessageContaining(reason);
    }

    private static StreamsConfig config(Map<String, String> overrides) {
        Map<String, String> settings = new HashMap<>(overrides);
        settings.put("bootstrap.servers", "localhost:9092");
        return StageStreamsConfig.of("clipstream", "machine-7", LIMITS, settings);
    }
}
