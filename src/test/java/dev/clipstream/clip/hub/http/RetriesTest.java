package dev.clipstream.clip.hub.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// How often a request is sent that fails.
class RetriesTest {
    private static final Retries FIVE = new Retries(5, Duration.ofMillis(1), Duration.ofSeconds(1));

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new IOException("cut"), 5),
                Arguments.of(new HttpTimeoutException("slow"), 5),
                Arguments.of(new ConnectException("refused"), 2),
                Arguments.of(new HttpConnectTimeoutException("a firewall drops packets"), 1),
                Arguments.of(new FileSystemException("disk", null, "full"), 1),
                Arguments.of(new RefusedException("too long"), 1));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aFailureThatCanPassIsTriedAgain(IOException failure, int attempts) {
        AtomicInteger sent = new AtomicInteger();

        assertThatThrownBy(() -> FIVE.run(
                        () -> {
                            sent.incrementAndGet();
                            throw failure;
                        },
                        waiting -> {}))
                .isSameAs(failure);
        assertThat(sent).hasValue(attempts);
    }
}
