package dev.clipstream.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.core.spi.FilterReply;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RepeatedWarningsTest {
    private final RepeatedWarnings filter = new RepeatedWarnings();
    private final LoggerContext context = new LoggerContext();
    private final Logger client = context.getLogger("org.apache.kafka.clients.NetworkClient");

    private FilterReply decide(Logger logger, Level level, String text) {
        return filter.decide(null, logger, level, text, null, null);
    }

    @Test
    void aWarningOfAnyClientPassesOnce() {
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.INFO);

        assertThat(decide(client, Level.WARN, "[Consumer clientId=a] Connection to node {} failed"))
                .isEqualTo(FilterReply.NEUTRAL);
        assertThat(decide(client, Level.WARN, "[Producer clientId=b] Connection to node {} failed"))
                .isEqualTo(FilterReply.DENY);
        assertThat(decide(client, Level.WARN, "[Producer clientId=b] Another warning"))
                .isEqualTo(FilterReply.NEUTRAL);
    }

    @Test
    void aWarningPassesAgainAfterFiveMinutes() {
        assertThat(filter.passes("text", 0)).isTrue();
        assertThat(filter.passes("text", Duration.ofMinutes(5).toNanos() - 1)).isFalse();
        assertThat(filter.passes("text", Duration.ofMinutes(5).toNanos())).isTrue();
    }

    @Test
    void errorsOtherLoggersAndLoggersThatAreDebuggedAreNotFiltered() {
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.INFO);
        Logger ours = context.getLogger("dev.clipstream.Some");
        for (int i = 0; i < 2; i++) {
            assertThat(decide(client, Level.ERROR, "text")).isEqualTo(FilterReply.NEUTRAL);
            assertThat(decide(ours, Level.WARN, "text")).isEqualTo(FilterReply.NEUTRAL);
        }

        client.setLevel(Level.DEBUG);
        for (int i = 0; i < 2; i++) {
            assertThat(decide(client, Level.WARN, "text")).isEqualTo(FilterReply.NEUTRAL);
        }
    }
}
