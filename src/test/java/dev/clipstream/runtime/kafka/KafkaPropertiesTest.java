package dev.clipstream.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipstream.runtime.settings.SettingException;
import dev.clipstream.runtime.settings.Settings;
import dev.clipstream.runtime.settings.TopologyName;
import dev.clipstream.topology.async.StageLimits;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaPropertiesTest {
    private static final StageLimits LIMITS = StageLimits.forBatch(8);

    private static KafkaProperties with(String... namesAndValues) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("clipstream.bootstrap-servers", "broker:9092");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            settings.put("clipstream." + namesAndValues[i], namesAndValues[i + 1]);
        }
        return new KafkaProperties(Settings.of(settings));
    }

    private static Map<String, Object> main(StreamsConfig streams) {
        return streams.getMainConsumerConfigs("group", "client", 0);
    }

    @Test
    void everyClientConnectsToTheBootstrapServersUnderTheApplicationsName() {
        KafkaProperties kafka = with("application-id", "app");

        assertThat(kafka.admin("admin"))
                .containsEntry("bootstrap.servers", "broker:9092")
                .containsEntry("client.id", "app-admin");
        assertThat(kafka.producer("uploads", Map.of()))
                .containsEntry("bootstrap.servers", "broker:9092")
                .containsEntry("client.id", "app-uploads");
        assertThat(kafka.consumer("events", Map.of()))
                .containsEntry("bootstrap.servers", "broker:9092")
                .containsEntry("client.id", "app-events");
    }

    @Test
    void aPropertyOfTheUserReachesEveryClientAndOneWithAPrefixOnlyThatClient() throws Exception {
        KafkaProperties kafka = with(
                "kafka.security.protocol", "SSL",
                "kafka.request.timeout.ms", "1000",
                "kafka.producer.request.timeout.ms", "2000",
                "kafka.consumer.request.timeout.ms", "3000");

        assertThat(kafka.admin("a"))
                .containsEntry("security.protocol", "SSL")
                .containsEntry("request.timeout.ms", "1000");
        assertThat(kafka.producer("p", Map.of()))
                .containsEntry("security.protocol", "SSL")
                .containsEntry("request.timeout.ms", "2000");
        assertThat(kafka.consumer("c", Map.of()))
                .containsEntry("security.protocol", "SSL")
                .containsEntry("request.timeout.ms", "3000");
        assertThat(main(kafka.streams(TopologyName.TAGGING, "", LIMITS, 1)))
                .containsEntry("security.protocol", "SSL")
                .containsEntry("request.timeout.ms", "3000");
    }

    @Test
    void whatAClientRequiresWinsOverTheUser() {
        KafkaProperties kafka =
                with("kafka.acks", "0", "kafka.auto.offset.reset", "earliest", "kafka.enable.auto.commit", "true");

        assertThat(kafka.producer("p", Map.of("acks", "all"))).containsEntry("acks", "all");
        assertThat(kafka.consumer("c", Map.of("auto.offset.reset", "latest")))
                .containsEntry("auto.offset.reset", "latest")
                .containsEntry("enable.auto.commit", false)
                .containsEntry("isolation.level", "read_committed")
                .doesNotContainKey("group.id");
    }

    @Test
    void theUserWinsOverTheDefaultsOfATopologyAndOfHeldOffsets() throws Exception {
        StreamsConfig usual = with().streams(TopologyName.INDEXING, "-x", LIMITS, 2);
        StreamsConfig changed = with(
                        "kafka.processing.guarantee", "exactly_once_v2",
                        "kafka.commit.interval.ms", "500")
                .streams(TopologyName.INDEXING, "-x", LIMITS, 2);

        assertThat(usual.getString("application.id")).isEqualTo("clipstream-indexing-x");
        assertThat(usual.getInt("num.stream.threads")).isEqualTo(2);
        assertThat(usual.getString("processing.guarantee")).isEqualTo("at_least_once");
        assertThat(usual.getLong("commit.interval.ms")).isEqualTo(100);
        assertThat(main(usual)).containsEntry("isolation.level", "read_committed");
        assertThat(changed.getString("processing.guarantee")).isEqualTo("exactly_once_v2");
        assertThat(changed.getLong("commit.interval.ms")).isEqualTo(500);
    }

    @ParameterizedTest
    @CsvSource({
        "main.consumer.isolation.level, isolation.level, read_uncommitted",
        "consumer.isolation.level, isolation.level, read_uncommitted",
        "isolation.level, isolation.level, read_uncommitted",
        "consumer.max.poll.records, max.poll.records, 3",
        "max.poll.records, max.poll.records, 3"
    })
    void theUserWinsOverADefaultWithALongerPrefix(String given, String name, String value) throws Exception {
        StreamsConfig streams = with("kafka." + given, value).streams(TopologyName.INDEXING, "", LIMITS, 1);

        assertThat(String.valueOf(main(streams).get(name))).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"linger.ms", "producer.linger.ms"})
    void theUserWinsOverADefaultOfTheProducer(String given) throws Exception {
        StreamsConfig streams = with("kafka." + given, "7").streams(TopologyName.INDEXING, "", LIMITS, 1);

        assertThat(String.valueOf(streams.getProducerConfigs("client").get("linger.ms")))
                .isEqualTo("7");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bootstrap.servers",
                "consumer.bootstrap.servers",
                "producer.bootstrap.servers",
                "admin.bootstrap.servers",
                "main.consumer.group.instance.id"
            })
    void aPropertyWithASettingOfItsOwnIsRefusedUnderEveryPrefix(String given) {
        assertThatThrownBy(() -> with("kafka." + given, "x"))
                .hasStackTraceContaining("kafka." + given)
                .hasStackTraceContaining("it has a setting of its own");
    }

    @Test
    void anInstanceWithAnIdIsAStaticMemberUnderThatName() throws Exception {
        KafkaProperties kafka = with("instance-id", "a");

        StreamsConfig streams = kafka.streams(TopologyName.TAGGING, "", LIMITS, 1);

        assertThat(kafka.isStaticMember()).isTrue();
        assertThat(streams.getString("client.id")).isEqualTo("a-tagging");
        assertThat(String.valueOf(main(streams).get("group.instance.id"))).startsWith("a");
    }

    @Test
    void aPropertyThatBreaksHeldOffsetsIsRefusedAsASetting() {
        KafkaProperties kafka = with("kafka.enable.auto.commit", "true");

        assertThatThrownBy(() -> kafka.streams(TopologyName.TAGGING, "", LIMITS, 1))
                .isInstanceOf(SettingException.class)
                .hasMessageContaining("enable.auto.commit");
    }

    @Test
    void aCommandsDefaultsLoseAgainstTheUserAndItsAddressWins() {
        assertThat(KafkaProperties.layered(
                        Map.of("isolation.level", "read_committed", "linger.ms", 5),
                        Map.of("linger.ms", "0", "bootstrap.servers", "elsewhere:1"),
                        "broker:9092"))
                .isEqualTo(Map.of(
                        "isolation.level", "read_committed",
                        "linger.ms", "0",
                        "bootstrap.servers", "broker:9092"));
    }
}
