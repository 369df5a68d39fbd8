package dev.clipstream.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.clipstream.runtime.broker.EmbeddedBroker;
import dev.clipstream.runtime.settings.StartException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class BrokerWatchIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration OFTEN = Duration.ofMillis(100);

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(BrokerWatch.class);

    @TempDir
    private Path folder;

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
        logger.setLevel(Level.INFO);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(log);
    }

    private List<String> awaitLines(int count) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (log.list.size() < count && System.nanoTime() < end) {
            Thread.sleep(50);
        }
        return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void anOutageIsLoggedOnceWhenItBeginsAndOnceWhenItEnds() throws Exception {
        // given
        EmbeddedBroker first = EmbeddedBroker.at(folder);
        String servers = first.bootstrapServers();
        try (BrokerWatch _ = BrokerWatch.connect(
                Map.of("bootstrap.servers", servers), servers, Clock.systemUTC(), PATIENCE, OFTEN)) {
            // when
            first.close();

            // then
            assertThat(awaitLines(1))
                    .singleElement()
                    .asString()
                    .startsWith("Kafka at " + servers + " has been away since");

            // when
            try (EmbeddedBroker _ = EmbeddedBroker.at(folder, first.port())) {
                // then
                assertThat(awaitLines(2))
                        .hasSize(2)
                        .last()
                        .asString()
                        .startsWith("Kafka at " + servers + " is back after");
            }
        }
    }

    @Test
    void aBrokerThatDoesNotAnswerIsReportedWithTheTimeThatWasWaited() {
        Duration patience = Duration.ofSeconds(1);

        assertThatExceptionOfType(StartException.class)
                .isThrownBy(() -> BrokerWatch.connect(
                        Map.of("bootstrap.servers", "127.0.0.1:1"), "127.0.0.1:1", Clock.systemUTC(), patience, OFTEN))
                .withMessage("Kafka at 127.0.0.1:1: Expected an answer, found none within 1 s. Check bootstrap-servers"
                        + " and, with TLS or SASL, the kafka.* settings");
    }
}
