package dev.clipstream.runtime.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingNamesTest {

    @ParameterizedTest
    @CsvSource({
        "embedding.batch, clipstream.embedding.batch",
        "clipstream.embedding.batch, clipstream.embedding.batch",
        "fetch.allowed-roots[0], clipstream.fetch.allowed-roots[0]",
        "kafka.security.protocol, clipstream.kafka.security.protocol",
        "security.protocol, clipstream.kafka.security.protocol",
        "processing.guarantee, clipstream.kafka.processing.guarantee",
        "main.consumer.max.poll.records, clipstream.kafka.main.consumer.max.poll.records",
        "sasl.oauthbearer.something.new, clipstream.kafka.sasl.oauthbearer.something.new",
        "server.port, server.port",
        "logging.level.dev.clipstream, logging.level.dev.clipstream"
    })
    void aGivenNameBecomesTheFullName(String given, String full) {
        assertThat(SettingNames.fullName(given)).isEqualTo(full);
    }

    @Test
    void anUnknownNameIsRefusedWithTheMostSimilarName() {
        assertThatThrownBy(() -> SettingNames.fullName("embeding.batch"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("embedding.batch");
    }

    @Test
    void onlyVariablesThatLookLikeSettingsButAreNoneCauseAWarning() {
        assertThat(SettingNames.unknownVariables(Set.of(
                        "PATH",
                        "CLIPSTREAM_EMBEDDING_BATCH",
                        "CLIPSTREAM_FETCH_ALLOWEDROOTS_0",
                        "CLIPSTREAM_KAFKA_SECURITY_PROTOCOL",
                        "CLIPSTREAM_JAVA_OPTS",
                        "CLIPSTREAM_SERVICE_HOST",
                        "CLIPSTREAM_PORT_8080_TCP",
                        "CLIPSTREAM_EMBEDDING_BACTH")))
                .singleElement()
                .asString()
                .contains("found CLIPSTREAM_EMBEDDING_BACTH", "did you mean CLIPSTREAM_EMBEDDING_BATCH?");
    }

    @Test
    void proxyVariablesAreNamedWithoutTheirValues() {
        assertThat(SettingNames.ignoredProxies(Set.of("HTTPS_PROXY", "http_proxy", "NO_PROXY", "PATH")))
                .hasValueSatisfying(warning -> assertThat(warning)
                        .startsWith("The environment variables [HTTPS_PROXY, http_proxy] are ignored"));
        assertThat(SettingNames.ignoredProxies(Set.of("NO_PROXY", "PATH"))).isEmpty();
    }
}
