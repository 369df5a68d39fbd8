package dev.clipstream.fetch;

import static dev.clipstream.fetch.LoopbackServer.content;
import static dev.clipstream.fetch.LoopbackServer.status;
import static dev.clipstream.fetch.LoopbackServer.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clipstream.event.RejectionReason;
import dev.clipstream.fetch.file.FileSettings;
import dev.clipstream.fetch.file.FileSource;
import dev.clipstream.fetch.http.HttpSettings;
import dev.clipstream.fetch.http.HttpSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class MediaFetcherTest {
    private static final Duration LONG = Duration.ofSeconds(40);

    @TempDir
    private Path folder;

    /// The requested pauses, which are recorded instead of slept.
    private final List<Duration> pauses = new ArrayList<>();

    private final FetchMemory memory = new FetchMemory(Intake.maxHeld(1_000_000), Intake.maxHeld(1_000_000));

    @Test
    void theSchemeDecidesTheSource() throws Exception {
        Path image = Files.write(folder.toRealPath().resolve("a.jpg"), new byte[] {1});
        try (LoopbackServer server = LoopbackServer.start(content(new byte[] {2}));
                MediaFetcher fetcher = allSources(1)) {
            assertThat(fetch(fetcher, image.toUri().toString())).containsExactly(1);
            assertThat(fetch(fetcher, server.uri("/").replace("http", "HTTP"))).containsExactly(2);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', BAD_URI",
        "' ', BAD_URI",
        "picture.jpg, BAD_URI",
        "/picture.jpg, BAD_URI",
        "//host/picture.jpg, BAD_URI",
        "http://a b/, BAD_URI",
        "http://host/a b?token=secret, BAD_URI",
        "http://user:secret@host/a b, BAD_URI",
        "http://[::1/, BAD_URI",
        "http://host/%zz, BAD_URI",
        ":x, BAD_URI",
        "s3://bucket/key, UNSUPPORTED_SCHEME",
        "ftp://user:secret@host/x, UNSUPPORTED_SCHEME",
        "'data:image/png;base64,AAAA', UNSUPPORTED_SCHEME",
        "jar:file:///a.jar!/x, UNSUPPORTED_SCHEME",
        "C:/Users/x.jpg, UNSUPPORTED_SCHEME",
    })
    void aUriThatNoSourceReadsIsRefusedWithoutItsSecrets(String uri, RejectionReason reason) {
        try (MediaFetcher fetcher = allSources(3)) {
            assertThatThrownBy(() -> fetcher.fetch(uri)).isInstanceOfSatisfying(FetchException.class, refused -> {
                assertThat(refused.reason()).isEqualTo(reason);
                assertThat(refused).hasStackTraceContaining("found '");
                assertThat(stackTrace(refused)).doesNotContain("secret");
            });
        }
    }

    @Test
    void aVeryLongUriIsRefused() {
        try (MediaFetcher fetcher = allSources(3)) {
            assertThatThrownBy(() -> fetcher.fetch("http://host/" + "x".repeat(1_000_000)))
                    .isInstanceOfSatisfying(
                            FetchException.class,
                            refused -> assertThat(refused.reason()).isEqualTo(RejectionReason.BAD_URI))
                    .message()
                    .hasSizeLessThan(500);
        }
    }

    @Test
    void aFailingServerIsRetriedUntilItSucceeds() throws Exception {
        try (LoopbackServer server = LoopbackServer.start((request, count, out) ->
                        (count < 4 ? status(503) : content(new byte[] {7})).to(request, count, out));
                MediaFetcher fetcher = web(limits(LONG, 4))) {
            assertThat(fetch(fetcher, server.uri("/"))).containsExactly(7);
            assertThat(server.requests()).hasSize(4);
            assertThat(pauses).hasSize(3);
        }
    }

    @Test
    void attemptsAreLimited() throws Exception {
        try (LoopbackServer server = LoopbackServer.start(status(500));
                MediaFetcher fetcher = web(limits(LONG, 3))) {
            assertReason(fetcher, server.uri("/"), RejectionReason.SERVER_ERROR);
            assertThat(server.requests()).hasSize(3);
            assertThat(pauses).hasSize(2);
        }
    }

    @ParameterizedTest
    @CsvSource({"404, NOT_FOUND", "403, FORBIDDEN", "304, TOO_MANY_REDIRECTS"})
    void aPermanentFailureIsNotRetried(int status, RejectionReason reason) throws Exception {
        try (LoopbackServer server = LoopbackServer.start(status(status));
                MediaFetcher fetcher = web(limits(LONG, 3))) {
            assertReason(fetcher, server.uri("/"), reason);
            assertThat(server.requests()).hasSize(1);
            assertThat(pauses).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(RejectionReason.class)
    void everyReasonIsRetriedIfAndOnlyIfItIsRetryable(RejectionReason reason) {
        AtomicInteger attempts = new AtomicInteger();
        MediaFetcher fetcher = fetcher(limits(LONG, 3), new TestSource((uri, intake) -> {
            attempts.incrementAndGet();
            throw new FetchException(reason, "said", null);
        }));

        assertReason(fetcher, "test:x", reason);
        assertThat(attempts).hasValue(reason.retryable() ? 3 : 1);
    }

    @Test
    void retryAfterIsHonouredWithinTheDeadline() throws Exception {
        try (LoopbackServer server = LoopbackServer.start(
                        (request, count, out) -> (count == 1 ? status(429, "Retry-After: 3") : content(new byte[] {7}))
                                .to(request, count, out));
                MediaFetcher fetcher = web(limits(LONG, 2))) {
            assertThat(fetch(fetcher, server.uri("/"))).containsExactly(7);
            assertThat(pauses).containsExactly(Duration.ofSeconds(3));
        }
    }

    @Test
    void aRetryAfterBeyondTheDeadlineEndsTheFetchAtOnce() throws Exception {
        try (LoopbackServer server = LoopbackServer.start(status(503, "Retry-After: 3600"));
                MediaFetcher fetcher = web(limits(LONG, 3))) {
            assertReason(fetcher, server.uri("/"), RejectionReason.SERVER_ERROR);
            assertThat(server.requests()).hasSize(1);
            assertThat(pauses).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"body", "headers", "continue"})
    void aServerThatSendsByteByByteRunsIntoTheDeadline(String drip) throws Exception {
        // given: an endless response whose bytes each arrive within the read timeout
        CountDownLatch cutOff = new CountDownLatch(1);
        try (LoopbackServer server = LoopbackServer.start((request, count, out) -> {
                    try {
                        write(out, drip.equals("body") ? "HTTP/1.1 200 OK\r\n\r\n" : "");
                        while (true) {
                            write(
                                    out,
                                    switch (drip) {
                                        case "body" -> "x";
                                        case "headers" -> "H";
                                        default -> "HTTP/1.1 100 Continue\r\n\r\n";
                                    });
                            Thread.sleep(20);
                        }
                    } finally {
                        cutOff.countDown();
                    }
                });
                MediaFetcher fetcher = web(limits(Duration.ofSeconds(2), 3))) {
            // then: the fetch and the connection end
            assertReason(fetcher, server.uri("/"), RejectionReason.TIMEOUT);
            cutOff.await();
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void slowRedirectsRunIntoTheDeadline() throws Exception {
        HttpSource manyRedirects = new HttpSource(http(1_000_000));
        try (LoopbackServer server = LoopbackServer.start((request, count, out) -> {
                    Thread.sleep(20);
                    status(302, "Location: /" + count).to(request, count, out);
                });
                MediaFetcher fetcher = fetcher(limits(Duration.ofMillis(500), 1), manyRedirects)) {
            assertReason(fetcher, server.uri("/"), RejectionReason.TIMEOUT);
        }
    }

    @Test
    void aSourceThatIgnoresInterruptsIsAbandoned() {
        CountDownLatch never = new CountDownLatch(1);
        MediaFetcher fetcher = fetcher(limits(Duration.ofMillis(50), 3), new TestSource((uri, intake) -> {
            while (never.getCount() > 0) {
                try {
                    never.await();
                } catch (InterruptedException ignored) {
                    assertThat(ignored).isNotNull();
                }
            }
            return new byte[0];
        }));

        assertReason(fetcher, "test:x", RejectionReason.TIMEOUT);
        never.countDown();
    }

    @Test
    void interruptingTheCallerEndsTheFetch() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        AtomicReference<Throwable> outcome = new AtomicReference<>();
        MediaFetcher fetcher = fetcher(limits(LONG, 3), new TestSource((uri, intake) -> {
            started.countDown();
            try {
                new CountDownLatch(1).await();
            } finally {
                ended.countDown();
            }
            return new byte[0];
        }));
        Thread caller = Thread.ofPlatform().start(() -> {
            try {
                fetch(fetcher, "test:x");
            } catch (FetchException | InterruptedException failure) {
                outcome.set(failure);
            }
        });
        started.await();

        caller.interrupt();
        caller.join();
        ended.await();

        assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void mediaThatAreNotClosedLimitFurtherFetches() throws Exception {
        // given: memory for one fetch of the largest size, or two complete media, and eight fetches
        MediaFetcher fetcher = fetcher(
                limits(LONG, 1),
                new TestSource((uri, intake) ->
                        intake.read(new ByteArrayInputStream(new byte[900_000]), intake.maxBytes(), () -> tooLarge())));
        BlockingQueue<FetchedMedium> fetched = new LinkedBlockingQueue<>();
        List<Thread> fetching = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            fetching.add(Thread.ofVirtual().start(() -> {
                try {
                    fetched.add(fetcher.fetch("test:x"));
                } catch (FetchException | InterruptedException unexpected) {
                    throw new IllegalStateException(unexpected);
                }
            }));
        }

        // when: each medium is closed in turn
        for (int i = 0; i < 8; i++) {
            try (FetchedMedium medium = fetched.take()) {
                assertThat(medium.bytes()).hasSize(900_000);
                assertThat(memory.held()).isBetween(900_000L, 2_000_000L);
            }
        }

        // then
        for (Thread thread : fetching) {
            thread.join();
        }
        assertThat(memory.held()).isZero();
    }

    @Test
    void theDeadlineDoesNotRunWhileAFetchWaitsForMemory() throws Exception {
        // given: a fetch whose timeout is shorter than the time for which the memory is full
        FetchMemory.Share full = memory.open(MemoryPart.WHOLE);
        full.claim(2_000_000);
        full.take(2_000_000);
        CountDownLatch asked = new CountDownLatch(1);
        MediaFetcher fetcher = fetcher(limits(Duration.ofMillis(200), 1), new TestSource((uri, intake) -> {
            asked.countDown();
            return intake.read(new ByteArrayInputStream(new byte[] {7}), 1, () -> tooLarge());
        }));
        Thread.ofVirtual().start(() -> {
            try {
                asked.await();
                Thread.sleep(600);
                full.close();
            } catch (InterruptedException unexpected) {
                throw new IllegalStateException(unexpected);
            }
        });

        // then
        assertThat(fetch(fetcher, "test:x")).containsExactly(7);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFailedOrAbandonedFetchReturnsItsMemory(boolean abandoned) {
        CountDownLatch goOn = new CountDownLatch(1);
        Duration deadline = abandoned ? Duration.ofMillis(50) : Duration.ofMinutes(1);
        MediaFetcher fetcher = fetcher(limits(deadline, 1), new TestSource((uri, intake) -> {
            byte[] read = intake.read(new ByteArrayInputStream(new byte[100]), intake.maxBytes(), () -> tooLarge());
            while (abandoned && goOn.getCount() > 0) {
                try {
                    goOn.await();
                } catch (InterruptedException ignored) {
                    assertThat(ignored).isNotNull();
                }
            }
            if (abandoned) {
                return read;
            }
            throw new FetchException(RejectionReason.NOT_FOUND, "said", null);
        }));

        assertReason(fetcher, "test:x", abandoned ? RejectionReason.TIMEOUT : RejectionReason.NOT_FOUND);

        // then: bytes count as long as they exist, and the thread that read them returns them
        if (abandoned) {
            assertThat(memory.held()).isEqualTo(100);
        }
        goOn.countDown();
        while (memory.held() > 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void anOutOfMemoryErrorIsRetried() {
        AtomicInteger attempts = new AtomicInteger();
        MediaFetcher fetcher = fetcher(limits(LONG, 3), new TestSource((uri, intake) -> {
            attempts.incrementAndGet();
            throw new OutOfMemoryError("Java heap space");
        }));

        assertReason(fetcher, "test:x", RejectionReason.FETCH_OUT_OF_MEMORY);
        assertThat(attempts).hasValue(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 503})
    void aFailingServerIsNoLongerAskedUntilItAnswersAProbe(int status) throws Exception {
        // given a server that fails until it recovers, and a clock
        AtomicBoolean recovered = new AtomicBoolean();
        AtomicLong nanos = new AtomicLong();
        try (LoopbackServer server = LoopbackServer.start((request, count, out) ->
                        (recovered.get() ? content(new byte[] {7}) : status(status)).to(request, count, out));
                LoopbackServer other = LoopbackServer.start(content(new byte[] {8}));
                MediaFetcher fetcher = withCircuits(4, nanos)) {
            // when: two fetches of three attempts
            assertReason(fetcher, server.uri("/1"), RejectionReason.SERVER_ERROR);
            assertReason(fetcher, server.uri("/2"), RejectionReason.SERVER_ERROR);

            // then: after the fourth attempt, nobody asks the server
            for (int i = 0; i < 100; i++) {
                assertReason(fetcher, server.uri("/" + i), RejectionReason.UNREACHABLE);
            }
            assertThat(server.requests()).hasSize(4);
            assertThat(fetch(fetcher, other.uri("/a"))).containsExactly(8);
            assertThat(fetcher.openCircuits()).isEqualTo(1);

            // when: a probe fails, and is not tried again
            nanos.addAndGet(Duration.ofMinutes(1).toNanos());
            assertReason(fetcher, server.uri("/probe"), RejectionReason.SERVER_ERROR);
            assertThat(server.requests()).hasSize(5);

            // and the next one does not
            recovered.set(true);
            nanos.addAndGet(Duration.ofMinutes(1).toNanos());
            assertThat(fetch(fetcher, server.uri("/probe"))).containsExactly(7);
            assertThat(fetch(fetcher, server.uri("/after"))).containsExactly(7);
            assertThat(fetcher.openCircuits()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 403, 404, 410})
    void aServerThatAnswersDoesNotFail(int status) throws Exception {
        try (LoopbackServer server = LoopbackServer.start(status(status));
                MediaFetcher fetcher = withCircuits(1, new AtomicLong())) {
            for (int i = 0; i < 10; i++) {
                assertThatThrownBy(() -> fetcher.fetch(server.uri("/a")))
                        .isInstanceOf(FetchException.class)
                        .hasMessageContaining("status " + status);
            }
            assertThat(server.requests()).hasSize(10);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aServerThatRedirectsToAFailingOneDoesNotFail(boolean silent) throws Exception {
        // given a server that sends fetches to one that fails
        CountDownLatch end = new CountDownLatch(1);
        try (LoopbackServer failing = LoopbackServer.start((request, count, out) -> {
                    if (silent) {
                        end.await();
                    }
                    status(503).to(request, count, out);
                });
                LoopbackServer server = LoopbackServer.start(status(302, "Location: " + failing.uri("/b")));
                MediaFetcher fetcher = withCircuits(
                        1,
                        new AtomicLong(),
                        limits(silent ? Duration.ofSeconds(3) : LONG, 2),
                        new HttpSource(http(1)))) {
            // then
            assertThatThrownBy(() -> fetcher.fetch(server.uri("/a")))
                    .isInstanceOfSatisfying(FetchException.class, failure -> {
                        assertThat(failure.reason())
                                .isEqualTo(silent ? RejectionReason.TIMEOUT : RejectionReason.SERVER_ERROR);
                        assertThat(failure.server()).isEqualTo(ServerState.ANSWERED);
                    });
            assertThat(fetcher.openCircuits()).isZero();
        } finally {
            end.countDown();
        }
    }

    @Test
    void aServerThatRedirectsToAClosedPortDoesNotFail() throws Exception {
        // given
        String closed;
        try (LoopbackServer gone = LoopbackServer.start(status(200))) {
            closed = gone.uri("/a");
        }
        try (LoopbackServer server = LoopbackServer.start(status(301, "Location: " + closed));
                MediaFetcher fetcher = withCircuits(1, new AtomicLong(), new HttpSource(http(1)))) {
            // when
            for (int i = 0; i < 3; i++) {
                assertReason(fetcher, server.uri("/a"), RejectionReason.UNREACHABLE);
            }

            // then
            assertThat(server.requests()).hasSize(9);
            assertThat(fetcher.openCircuits()).isZero();
        }
    }

    @Test
    void aServerThatRedirectsToItselfAndFailsThereFails() throws Exception {
        try (LoopbackServer server = LoopbackServer.start((request, count, out) -> (request.startsWith("GET /a ")
                                ? status(302, "Location: /b")
                                : status(500))
                        .to(request, count, out));
                MediaFetcher fetcher = withCircuits(1, new AtomicLong(), new HttpSource(http(1)))) {
            assertReason(fetcher, server.uri("/a"), RejectionReason.SERVER_ERROR);
            assertThat(fetcher.openCircuits()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"true, UNKNOWN", "false, FAILED"})
    void aDeadlineIsTheServersFaultOnlyIfNoByteArrived(boolean bytes, ServerState state) throws Exception {
        // given
        CountDownLatch end = new CountDownLatch(1);
        try (LoopbackServer server = LoopbackServer.start((request, count, out) -> {
                    write(out, bytes ? "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nx" : "");
                    end.await();
                });
                MediaFetcher fetcher =
                        withCircuits(1, new AtomicLong(), limits(Duration.ofSeconds(3), 3), new HttpSource(http(0)))) {
            // then
            assertThatThrownBy(() -> fetcher.fetch(server.uri("/a")))
                    .isInstanceOfSatisfying(FetchException.class, failure -> {
                        assertThat(failure.reason()).isEqualTo(RejectionReason.TIMEOUT);
                        assertThat(failure.server()).isEqualTo(state);
                    });
            assertThat(fetcher.openCircuits()).isEqualTo(state == ServerState.FAILED ? 1 : 0);
        } finally {
            end.countDown();
        }
    }

    @Test
    void aRetryThatRunsIntoTheDeadlineSaysNothingAboutTheServer() throws Exception {
        // given a server that fails once, and is silent then
        CountDownLatch end = new CountDownLatch(1);
        try (LoopbackServer server = LoopbackServer.start((request, count, out) -> {
                    if (count > 1) {
                        end.await();
                    }
                    status(503).to(request, count, out);
                });
                MediaFetcher fetcher =
                        withCircuits(2, new AtomicLong(), limits(Duration.ofSeconds(3), 3), new HttpSource(http(0)))) {
            // when
            assertReason(fetcher, server.uri("/a"), RejectionReason.TIMEOUT);

            // then: one failure
            assertThat(server.requests()).hasSize(2);
            assertThat(fetcher.openCircuits()).isZero();
        } finally {
            end.countDown();
        }
    }

    @Test
    void noRetryIsAProbeAndItsRefusalIsNotCounted() throws Exception {
        // given a circuit that opens with the first failure, and is half-open at once
        AtomicInteger refused = new AtomicInteger();
        try (LoopbackServer server = LoopbackServer.start(status(503));
                MediaFetcher fetcher = new MediaFetcher(
                        List.of(new HttpSource(http(0))),
                        limits(LONG, 3),
                        new Backoff(Duration.ZERO, Duration.ZERO, new Random(1)),
                        pauses::add,
                        memory,
                        new Circuits(
                                new CircuitSettings(1, Duration.ZERO, LONG, LONG),
                                new Backoff(Duration.ZERO, Duration.ZERO, new Random(1)),
                                Clock.systemUTC(),
                                () -> 0))) {
            fetcher.listen(new CircuitListener() {
                @Override
                public void opened(Origin origin, FetchException refusal) {}

                @Override
                public void refused(Origin origin) {
                    refused.incrementAndGet();
                }
            });

            // when
            assertReason(fetcher, server.uri("/first"), RejectionReason.SERVER_ERROR);
            assertReason(fetcher, server.uri("/probe"), RejectionReason.SERVER_ERROR);

            // then
            assertThat(server.requests()).hasSize(2);
            assertThat(refused).hasValue(0);
        }
    }

    @Test
    void aRefusedConnectionAndAnUnknownNameAreFailures() throws Exception {
        String closed;
        try (LoopbackServer server = LoopbackServer.start(status(200))) {
            closed = server.uri("/a");
        }
        try (MediaFetcher fetcher = withCircuits(1, new AtomicLong())) {
            for (String uri : List.of(closed, "http://unknown.invalid/a")) {
                assertReason(fetcher, uri, RejectionReason.UNREACHABLE);
                assertThatThrownBy(() -> fetcher.fetch(uri)).hasMessageContaining("it has been failing since");
            }
        }
    }

    @Test
    void filesThatCannotBeReadDoNotRefuseOthers() throws Exception {
        // given: a source without servers, one part of which is broken
        try (MediaFetcher fetcher = withCircuits(1, new AtomicLong(), new FolderSource((uri, intake) -> {
            if (uri.getSchemeSpecificPart().equals("good")) {
                return new byte[] {7};
            }
            throw new FetchException(RejectionReason.UNREACHABLE, "Input/output error", null);
        }))) {
            // when
            for (int i = 0; i < 10; i++) {
                assertReason(fetcher, "test:broken", RejectionReason.UNREACHABLE);
            }

            // then
            assertThat(fetch(fetcher, "test:good")).containsExactly(7);
            assertThat(fetcher.openCircuits()).isZero();
        }
    }

    @Test
    void aRefusedAddressAndAFullHeapSayNothingAboutTheServer() throws Exception {
        // given
        AtomicInteger attempts = new AtomicInteger();
        try (MediaFetcher fetcher = withCircuits(1, new AtomicLong(), new TestSource((uri, intake) -> {
            attempts.incrementAndGet();
            throw new FetchException(
                    RejectionReason.valueOf(uri.getSchemeSpecificPart()), "not the server's fault", null);
        }))) {
            // then
            for (RejectionReason reason :
                    List.of(RejectionReason.ADDRESS_REFUSED, RejectionReason.FETCH_OUT_OF_MEMORY)) {
                assertReason(fetcher, "test:" + reason.name(), reason);
            }
            assertThat(attempts).hasValue(1 + 3);
        }
    }

    private MediaFetcher withCircuits(int failures, AtomicLong nanos) {
        return withCircuits(failures, nanos, new HttpSource(http(0)));
    }

    private MediaFetcher withCircuits(int failures, AtomicLong nanos, MediaSource source) {
        return withCircuits(failures, nanos, limits(LONG, 3), source);
    }

    private MediaFetcher withCircuits(int failures, AtomicLong nanos, FetchLimits limits, MediaSource source) {
        Duration minute = Duration.ofMinutes(1);
        return new MediaFetcher(
                List.of(source),
                limits,
                new Backoff(Duration.ZERO, Duration.ZERO, new Random(1)),
                pauses::add,
                memory,
                new Circuits(
                        new CircuitSettings(failures, Duration.ZERO, minute, minute),
                        new Backoff(minute, minute, new Random(1)),
                        Clock.systemUTC(),
                        nanos::get));
    }

    @Test
    void theOriginIsTheServerThatIsContactedFirst() throws FetchException {
        try (MediaFetcher fetcher = allSources(1)) {
            assertThat(fetcher.origin("https://Pictures.example.:8443/a"))
                    .isEqualTo(new Origin("pictures.example", 8443))
                    .hasToString("pictures.example:8443");
            assertThat(fetcher.origin("http://pictures.example/b?c")).isEqualTo(new Origin("pictures.example", 80));
            assertThat(fetcher.origin("http://[2001:DB8::1]:8080/b")).hasToString("[2001:db8:0:0:0:0:0:1]:8080");
            assertThat(fetcher.origin("FILE:///srv/a.jpg")).hasToString("file:");
            assertThatThrownBy(() -> fetcher.origin("s3://bucket/a")).isInstanceOf(FetchException.class);
            assertThatThrownBy(() -> fetcher.origin("no uri")).isInstanceOf(FetchException.class);
        }
    }

    @Test
    void anUncheckedExceptionOfASourceIsRethrown() {
        IllegalStateException defect = new IllegalStateException("a defect");
        MediaFetcher fetcher = fetcher(limits(LONG, 3), new TestSource((uri, intake) -> {
            throw defect;
        }));

        assertThatThrownBy(() -> fetcher.fetch("test:x")).isSameAs(defect);
    }

    @Test
    void closingClosesEverySourceAndTwoSourcesForASchemeAreRefused() {
        AtomicBoolean closed = new AtomicBoolean();
        MediaSource source = new TestSource((uri, intake) -> new byte[0]) {
            @Override
            public void close() {
                closed.set(true);
            }
        };

        fetcher(limits(LONG, 1), source).close();

        assertThat(closed).isTrue();
        assertThatThrownBy(() -> new MediaFetcher(List.of(source, source), limits(LONG, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("found two for 'test'");
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        for (ThrowingCallable wrong : List.<ThrowingCallable>of(
                () -> new FetchLimits(0, LONG, 1, Duration.ZERO, Duration.ZERO),
                () -> new FetchLimits(1L << 31, LONG, 1, Duration.ZERO, Duration.ZERO),
                () -> new FetchLimits(1, Duration.ZERO, 1, Duration.ZERO, Duration.ZERO),
                () -> new FetchLimits(1, LONG, 0, Duration.ZERO, Duration.ZERO),
                () -> new FetchLimits(1, LONG, 1, LONG, Duration.ZERO),
                () -> new HttpSettings(Duration.ZERO, LONG, LONG, 0, List.of()),
                () -> new HttpSettings(LONG, Duration.ZERO, LONG, 0, List.of()),
                () -> new HttpSettings(LONG, LONG, Duration.ZERO, 0, List.of()),
                () -> new HttpSettings(LONG, LONG, LONG, -1, List.of()))) {
            assertThatThrownBy(wrong)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("found");
        }
    }

    /// A source for the scheme `test`, all of whose URIs are on one server.
    private static class TestSource extends FolderSource {
        TestSource(Content content) {
            super(content);
        }

        @Override
        public Origin origin(URI uri) {
            return new Origin("test", 80);
        }
    }

    /// A source for the scheme `test` without servers.
    private static class FolderSource implements MediaSource {
        private final Content content;

        interface Content {
            byte[] of(URI uri, Intake intake) throws IOException, FetchException, InterruptedException;
        }

        FolderSource(Content content) {
            this.content = content;
        }

        @Override
        public Set<String> schemes() {
            return Set.of("test");
        }

        @Override
        public byte[] fetch(URI uri, Intake intake) throws FetchException, InterruptedException {
            try {
                return content.of(uri, intake);
            } catch (IOException unexpected) {
                throw new UncheckedIOException(unexpected);
            }
        }
    }

    private static FetchException tooLarge() {
        return new FetchException(RejectionReason.TOO_LARGE, "too large", null);
    }

    private static byte[] fetch(MediaFetcher fetcher, String uri) throws FetchException, InterruptedException {
        try (FetchedMedium medium = fetcher.fetch(uri)) {
            return medium.bytes();
        }
    }

    private MediaFetcher allSources(int attempts) {
        return new MediaFetcher(
                List.of(new FileSource(new FileSettings(List.of(folder))), new HttpSource(http(3))),
                limits(LONG, attempts));
    }

    private MediaFetcher web(FetchLimits limits) {
        return fetcher(limits, new HttpSource(http(3)));
    }

    private static HttpSettings http(int maxRedirects) {
        return new HttpSettings(LONG, LONG, LONG, maxRedirects, List.of("127.0.0.1"));
    }

    private MediaFetcher fetcher(FetchLimits limits, MediaSource source) {
        return new MediaFetcher(
                List.of(source),
                limits,
                new Backoff(limits.firstBackoff(), limits.maxBackoff(), new Random(1)),
                pauses::add,
                memory,
                new Circuits(CircuitSettings.OFF));
    }

    private static FetchLimits limits(Duration deadline, int attempts) {
        return new FetchLimits(1_000_000, deadline, attempts, Duration.ofMillis(1), Duration.ofMillis(1));
    }

    private static void assertReason(MediaFetcher fetcher, String uri, RejectionReason reason) {
        assertThatThrownBy(() -> fetcher.fetch(uri))
                .isInstanceOfSatisfying(
                        FetchException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(reason));
    }

    private static String stackTrace(Throwable failure) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        return trace.toString();
    }
}
