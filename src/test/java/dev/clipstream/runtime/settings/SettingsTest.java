package dev.clipstream.runtime.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipstream.image.DecodeMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.BindException;

class SettingsTest {

    @Test
    void defaultsAreTheDocumentedOnes() {
        Settings settings = Settings.of(Map.of());

        assertThat(settings.topologies()).containsExactlyInAnyOrder(TopologyName.EMBEDDING, TopologyName.TAGGING);
        assertThat(settings.bootstrapServers()).isEqualTo("localhost:9092");
        assertThat(settings.embedding().decode()).isEqualTo(DecodeMode.FAST);
        assertThat(settings.topics().create()).isFalse();
        assertThat(settings.fetch().allowedRoots()).isEmpty();
    }

    @Test
    void everyKindOfValueIsRead() {
        Settings settings = Settings.of(Map.of(
                "clipstream.topologies", "tagging",
                "clipstream.kafka.security.protocol", "SASL_SSL",
                "clipstream.embedding.linger", "2ms",
                "clipstream.fetch.allowed-roots", "/media,/more",
                "clipstream.topics.replication-factor", "3"));

        assertThat(settings.topologies()).containsExactly(TopologyName.TAGGING);
        assertThat(settings.kafka()).containsExactly(Map.entry("security.protocol", "SASL_SSL"));
        assertThat(settings.embedding().linger()).isEqualTo(Duration.ofMillis(2));
        assertThat(settings.fetch().allowedRoots()).containsExactly(Path.of("/media"), Path.of("/more"));
        assertThat(settings.topics().replicationFactor()).isEqualTo((short) 3);
    }

    @Test
    void byDefaultOneHostGetsAQuarterOfTheFetches() {
        assertThat(Settings.of(Map.of()).fetch().perHost()).isEqualTo(32);
        assertThat(Settings.of(Map.of("clipstream.fetch.max-concurrent", "3"))
                        .fetch()
                        .perHost())
                .isEqualTo(1);
        assertThat(Settings.of(Map.of("clipstream.fetch.max-per-host", "7"))
                        .fetch()
                        .perHost())
                .isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource({
        "clipstream.embedding.batch, -1, 'embedding.batch takes at least 0, found -1'",
        "clipstream.topics.backfill, media.uploaded, 'topics.backfill takes another topic than topics.uploaded, or an"
                + " empty value, found media.uploaded'",
        "clipstream.fetch.max-per-host, -1, 'fetch.max-per-host takes at least 0, found -1'",
        "clipstream.topics.partitions, 0, 'topics.partitions takes at least 1, found 0'",
        "clipstream.log, xml, 'log takes json or text, found xml'",
        "clipstream.application-id, 'a b', 'application-id takes letters'",
        "clipstream.embedding.window-bytes, 0, 'embedding.window-bytes takes at least 1, found 0'"
    })
    void aValueOutOfRangeIsRefusedWithItsNameRangeAndValue(String name, String value, String said) {
        assertThatThrownBy(() -> Settings.of(Map.of(name, value))).hasStackTraceContaining(said);
    }

    @Test
    void aKafkaPropertyWithASettingOfItsOwnIsRefusedWithThatSetting() {
        assertThatThrownBy(() -> Settings.of(Map.of("clipstream.kafka.num.stream.threads", "3")))
                .isInstanceOfSatisfying(
                        BindException.class,
                        failure -> assertThat(SettingException.of(failure))
                                .hasMessageContainingAll(
                                        "kafka.num.stream.threads", "tagging.stream-threads", "found 3"));
    }

    @Test
    void aValueOfAnotherTypeIsRefusedWithTheValuesThatTheSettingTakes() {
        assertThatThrownBy(() -> Settings.of(Map.of("clipstream.topologies", "none")))
                .isInstanceOfSatisfying(
                        BindException.class,
                        failure -> assertThat(SettingException.of(failure))
                                .hasMessage(
                                        "The setting topologies takes one or more of embedding, tagging, indexing, separated"
                                                + " by commas, found 'none'"));
    }
}
