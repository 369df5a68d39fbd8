package dev.clipstream.fetch.http;

import static dev.clipstream.fetch.LoopbackServer.content;
import static dev.clipstream.fetch.LoopbackServer.status;
import static dev.clipstream.fetch.LoopbackServer.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.clipstream.event.RejectionReason;
import dev.clipstream.fetch.FetchException;
import dev.clipstream.fetch.Intakes;
import dev.clipstream.fetch.LoopbackServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HttpSourceTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final int MAX_BYTES = 1_000_000;
    private static final HttpSettings SETTINGS = new HttpSettings(
            Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(40), 3, List.of("127.0.0.1"));

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16_383, 16_384, 16_385, 999_999, 1_000_000})
    void theWholeContentIsFetched(int length) throws Exception {
        byte[] content = random(length);
        try (LoopbackServer server = LoopbackServer.start(content(content))) {
            assertThat(fetch(server.uri("/a%20b?c=d"))).isEqualTo(content);
            assertThat(server.requests())
                    .singleElement()
                    .asString()
                    .startsWith("GET /a%20b?c=d HTTP/1.1\n")
                    .contains("Host: 127.0.0.1:" + server.port(), "Accept-Encoding: identity", "User-Agent: clipstream")
                    .doesNotContainIgnoringCase("cookie", "authorization", "upgrade", "gzip");
        }
    }

    @Test
    void chunkedResponsesAndResponsesWithoutALengthAreFetched() throws Exception {
        try (LoopbackServer chunked = LoopbackServer.start((request, count, out) -> write(
                        out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"));
                LoopbackServer lengthless = LoopbackServer.start((request, count, out) -> {
                    write(out, "HTTP/1.0 200 OK\r\n\r\nabcde");
                    out.close();
                })) {
            assertThat(fetch(chunked.uri("/"))).asString().isEqualTo("abcde");
            assertThat(fetch(lengthless.uri("/"))).asString().isEqualTo("abcde");
        }
    }

    @Test
    void aCompressedBodyIsNotDecompressed() throws Exception {
        try (LoopbackServer server = LoopbackServer.start((request, count, out) ->
                write(out, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"))) {
            assertThat(fetch(server.uri("/"))).asString().isEqualTo("abc");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "204, ",
        "300, TOO_MANY_REDIRECTS",
        "302, TOO_MANY_REDIRECTS",
        "304, TOO_MANY_REDIRECTS",
        "400, FORBIDDEN",
        "401, FORBIDDEN",
        "403, FORBIDDEN",
        "404, NOT_FOUND",
        "407, FORBIDDEN",
        "408, SERVER_ERROR",
        "410, NOT_FOUND",
        "418, FORBIDDEN",
        "425, SERVER_ERROR",
        "429, SERVER_ERROR",
        "451, FORBIDDEN",
        "500, SERVER_ERROR",
        "502, SERVER_ERROR",
        "503, SERVER_ERROR",
        "599, SERVER_ERROR",
    })
    void aStatusMapsToAReason(int status, RejectionReason reason) throws Exception {
        try (LoopbackServer server = LoopbackServer.start(status(status))) {
            if (reason == null) {
                assertThat(fetch(server.uri("/"))).isEmpty();
                return;
            }
            assertThatThrownBy(() -> fetch(server.uri("/secret-free?signature=secret")))
                    .isInstanceOfSatisfying(
                            FetchException.class,
                            failure -> assertThat(failure.reason()).isEqualTo(reason))
                    .hasMessageContaining("/secret-free'")
                    .hasMessageNotContaining("signature");
        }
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "503, 7, PT7S",
                "429, 0, PT0S",
                "503, 'Thu, 01 Jan 2026 00:00:30 GMT', PT30S",
                "503, 'Wed, 31 Dec 2025 23:00:00 GMT', PT0S",
                "503, soon, none",
                "503, -1, none",
                "503, 99999999999999999999, none",
                "404, 7, none",
            })
    void retryAfterIsPassedOn(int status, String header, Duration expected) throws Exception {
        try (LoopbackServer server = LoopbackServer.start(status(status, "Retry-After: " + header))) {
            assertThatThrownBy(() -> fetch(server.uri("/")))
                    .isInstanceOfSatisfying(
                            FetchException.class,
                            failure -> assertThat(failure.retryAfter()).isEqualTo(Optional.ofNullable(expected)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void redirectsAreFollowed(int status) throws Exception {
        try (LoopbackServer server = LoopbackServer.start((request, count, out) -> {
            LoopbackServer.Answer answer = request.startsWith("GET /picture ")
                    ? content(new byte[] {7})
                    : status(status, count == 1 ? "Location: second?x=1" : "Location: /picture#top");
            answer.to(request, count, out);
        })) {
            assertThat(fetch(server.uri("/first"))).containsExactly(7);
            assertThat(server.requests())
                    .extracting(request -> request.lines().findFirst().orElseThrow())
                    .containsExactly("GET /first HTTP/1.1", "GET /second?x=1 HTTP/1.1", "GET /picture HTTP/1.1");
        }
    }

    @Test
    void tooManyRedirectsAreRefused() throws Exception {
        try (LoopbackServer server = LoopbackServer.start(status(302, "Location: /again"))) {
            assertRefused(server.uri("/"), RejectionReason.TOO_MANY_REDIRECTS);
            assertThat(server.requests()).hasSize(1 + SETTINGS.maxRedirects());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.2:PORT/",
                "http://[::1]:PORT/",
                "http://[::ffff:127.0.0.2]:PORT/",
                "http://169.254.169.254/latest/meta-data/",
                "http://[fd00:ec2::254]/latest/meta-data/",
                "http://10.0.0.1/",
                "http://192.168.1.1/",
                "http://0.0.0.0:PORT/",
                "http://[::]:PORT/",
                "http://2130706434:PORT/",
                "http://[64:ff9b::7f00:2]:PORT/",
                "//127.0.0.2:PORT/",
            })
    void aRedirectToARefusedAddressIsNotFollowed(String location) throws Exception {
        AtomicInteger port = new AtomicInteger();
        try (LoopbackServer inside = new LoopbackServer(inside(0), content(new byte[] {1}));
                LoopbackServer server = LoopbackServer.start((request, count, out) -> status(
                                302, "Location: " + location.replace("PORT", Integer.toString(port.get())))
                        .to(request, count, out))) {
            port.set(inside.port());

            assertRefused(server.uri("/"), RejectionReason.ADDRESS_REFUSED);
            assertThat(inside.connections()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "file:///etc/passwd, UNSUPPORTED_SCHEME",
        "ftp://127.0.0.1/x, UNSUPPORTED_SCHEME",
        "'http://', TOO_MANY_REDIRECTS"
    })
    void aRedirectToAnotherSchemeIsNotFollowed(String location, RejectionReason reason) throws Exception {
        try (LoopbackServer server = LoopbackServer.start(status(302, "Location: " + location))) {
            assertRefused(server.uri("/"), reason);
        }
    }

    @Test
    void dnsRebindingIsRefused() throws Exception {
        // given: a name that resolves to a permitted address first, and to an internal address afterwards
        List<String> asked = new ArrayList<>();
        HostResolver rebinding = host -> {
            asked.add(host);
            return new InetAddress[] {InetAddress.ofLiteral(asked.size() == 1 ? "127.0.0.1" : "127.0.0.2")};
        };
        try (LoopbackServer outside = LoopbackServer.start((request, count, out) -> {
                    status(302, "Location: /again", "Connection: close").to(request, count, out);
                    out.close();
                });
                HttpSource source = source(SETTINGS, rebinding)) {
            try (LoopbackServer inside = new LoopbackServer(inside(outside.port()), content(new byte[] {1}))) {

                // when: the response redirects to the same name
                assertThatThrownBy(() -> source.fetch(
                                URI.create("http://rebind.example:" + outside.port() + "/"), Intakes.upTo(1_000_000)))
                        .isInstanceOfSatisfying(
                                FetchException.class,
                                failure -> assertThat(failure.reason()).isEqualTo(RejectionReason.ADDRESS_REFUSED))
                        .hasMessageNotContaining("127.0.0.2");

                // then: one lookup for each connection, none between check and connect, and no internal connection
                assertThat(asked).containsExactly("rebind.example", "rebind.example");
                assertThat(outside.requests()).hasSize(1);
                assertThat(inside.connections()).isZero();
            }
        }
    }

    @Test
    void aHangingLookupHoldsOneThreadAndOtherHostsAreFetched() throws Exception {
        // given: more fetches from one host than there are lookup threads, all of which are given up
        CountDownLatch never = new CountDownLatch(1);
        AtomicInteger lookups = new AtomicInteger();
        CountDownLatch lookedUp = new CountDownLatch(1);
        HostResolver names = host -> {
            if (host.equals("hangs.example")) {
                lookups.incrementAndGet();
                lookedUp.countDown();
                awaitUninterruptibly(never);
                throw new UnknownHostException(host);
            }
            return new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")};
        };
        try (LoopbackServer server = LoopbackServer.start(content(new byte[] {7}));
                HttpSource source = source(SETTINGS, names)) {
            List<Thread> hanging = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                hanging.add(Thread.ofVirtual().start(() -> {
                    try {
                        source.fetch(URI.create("http://hangs.example/"), Intakes.upTo(10));
                    } catch (FetchException | InterruptedException givenUp) {
                        Thread.currentThread().interrupt();
                    }
                }));
            }
            lookedUp.await();
            for (Thread thread : hanging) {
                while (thread.getState() == Thread.State.RUNNABLE || thread.getState() == Thread.State.NEW) {
                    Thread.onSpinWait();
                }
                thread.interrupt();
                thread.join();
            }

            // when
            byte[] fetched = source.fetch(URI.create("http://quick.example:" + server.port() + "/"), Intakes.upTo(10));

            // then
            assertThat(fetched).containsExactly(7);
            assertThat(lookups).hasValue(1);
        } finally {
            never.countDown();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException ignored) {
                assertThat(ignored).isNotNull();
            }
        }
    }

    @Test
    void onlyThePermittedAddressesOfANameAreTried() throws Exception {
        try (LoopbackServer server = LoopbackServer.start(content(new byte[] {7}));
                HttpSource source = source(SETTINGS, host -> new InetAddress[] {
                    InetAddress.ofLiteral("10.0.0.1"), InetAddress.ofLiteral("::1"), InetAddress.ofLiteral("127.0.0.1")
                })) {
            assertThat(source.fetch(URI.create("http://mixed.example:" + server.port() + "/"), Intakes.upTo(10)))
                    .containsExactly(7);
        }
    }

    @Test
    void aSocketChecksTheAddressThatItsCallerResolved() throws Exception {
        try (LoopbackServer server = LoopbackServer.start(content(new byte[0]));
                GuardedSocket socket = new GuardedSocket(new AddressGuard(List.of()))) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), server.port());

            assertThatThrownBy(() -> socket.connect(address)).isInstanceOf(AddressRefusedException.class);
            assertThatThrownBy(() -> socket.connect(address, 1000)).isInstanceOf(AddressRefusedException.class);
            assertThatThrownBy(() -> socket.connect(InetSocketAddress.createUnresolved("localhost", server.port())))
                    .isInstanceOf(AddressRefusedException.class);
            assertThat(server.connections()).isZero();
        }
    }

    @Test
    void aContentLengthBeyondTheLimitIsRefusedWithoutReading() throws Exception {
        try (LoopbackServer server = LoopbackServer.start(
                (request, count, out) -> write(out, "HTTP/1.1 200 OK\r\nContent-Length: 1000001\r\n\r\n"))) {
            assertRefused(server.uri("/"), RejectionReason.TOO_LARGE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Transfer-Encoding: chunked", "Connection: close", "Content-Length: 1000000000"})
    void anEndlessBodyIsCutOffAtTheLimit(String framing) throws Exception {
        // given: a server that sends without end
        CountDownLatch cutOff = new CountDownLatch(1);
        try (LoopbackServer server = LoopbackServer.start((request, count, out) -> {
            try {
                write(out, "HTTP/1.1 200 OK\r\n" + framing + "\r\n\r\n");
                String chunk = "x".repeat(0x8000);
                while (true) {
                    write(out, framing.startsWith("Transfer") ? "8000\r\n" + chunk + "\r\n" : chunk);
                }
            } finally {
                cutOff.countDown();
            }
        })) {
            // when
            assertRefused(server.uri("/"), RejectionReason.TOO_LARGE);
            cutOff.await();

            // then: the server has sent the limit and what fits in the sockets' buffers
            assertThat(server.sent()).isLessThan(1_000_000 + (16L << 20));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc",
                "HTTP/1.1 200 OK\r\nContent-",
                "no web server\r\n\r\n",
            })
    void aBrokenResponseIsUnreachableAndNeverHalfAnImage(String bytes) throws Exception {
        try (LoopbackServer server = LoopbackServer.start((request, count, out) -> {
            write(out, bytes);
            out.close();
        })) {
            assertRefused(server.uri("/"), RejectionReason.UNREACHABLE);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void endlessHeadersAreCutOff(boolean oneLine) throws Exception {
        try (LoopbackServer server = LoopbackServer.start((request, count, out) -> {
            write(out, "HTTP/1.1 200 OK\r\nX: ");
            while (true) {
                write(out, "x".repeat(64) + (oneLine ? "" : "\r\nX: "));
            }
        })) {
            assertRefused(server.uri("/"), RejectionReason.UNREACHABLE);
        }
    }

    @Test
    void aClosedPortAndAnUnknownHostAreUnreachable() throws Exception {
        int port;
        try (ServerSocket freed = new ServerSocket(0)) {
            port = freed.getLocalPort();
        }
        assertRefused("http://127.0.0.1:" + port + "/", RejectionReason.UNREACHABLE);
        try (HttpSource source = source(SETTINGS, host -> {
            throw new UnknownHostException(host);
        })) {
            assertThatThrownBy(() -> source.fetch(URI.create("http://nowhere.example/"), Intakes.upTo(10)))
                    .isInstanceOfSatisfying(
                            FetchException.class,
                            failure -> assertThat(failure.reason()).isEqualTo(RejectionReason.UNREACHABLE))
                    .hasMessage("Expected a response from 'http://nowhere.example:80/', found that its host name has no"
                            + " address. Correct the name, or try again later.");
        }
    }

    @Test
    void failuresAreReportedInWordsInsteadOfClassNames() throws Exception {
        int port;
        try (ServerSocket freed = new ServerSocket(0)) {
            port = freed.getLocalPort();
        }
        assertThat(refusal("http://127.0.0.1:" + port + "/")).contains("found that the connection is refused");
        for (String bytes : List.of("", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab", "no web server\r\n\r\n")) {
            try (LoopbackServer server = LoopbackServer.start((request, count, out) -> {
                write(out, bytes);
                out.close();
            })) {
                assertThat(refusal(server.uri("/"))).as(bytes).doesNotContain("Exception");
            }
        }
    }

    private static String refusal(String uri) {
        return String.valueOf(catchThrowable(() -> fetch(uri)).getMessage());
    }

    @Test
    void aSilentServerTimesOut() throws Exception {
        HttpSettings impatient = new HttpSettings(
                Duration.ofSeconds(20), Duration.ofMillis(100), Duration.ofSeconds(40), 0, List.of("127.0.0.1"));
        CountDownLatch end = new CountDownLatch(1);
        try (LoopbackServer server = LoopbackServer.start((request, count, out) -> {
                    write(out, count == 1 ? "" : "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
                    end.await();
                });
                HttpSource source = source(impatient, InetAddress::getAllByName)) {
            for (int round = 0; round < 2; round++) {
                assertThatThrownBy(() -> source.fetch(URI.create(server.uri("/")), Intakes.upTo(1_000)))
                        .isInstanceOfSatisfying(
                                FetchException.class,
                                failure -> assertThat(failure.reason()).isEqualTo(RejectionReason.TIMEOUT));
            }
            end.countDown();
        }
    }

    @Test
    void anInterruptEndsAFetchThatWaitsForItsServer() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        AtomicReference<Throwable> outcome = new AtomicReference<>();
        try (LoopbackServer server = LoopbackServer.start((request, count, out) -> {
                    asked.countDown();
                    end.await();
                });
                HttpSource source = source(SETTINGS, InetAddress::getAllByName)) {
            Thread fetching = Thread.ofVirtual().start(() -> {
                try {
                    source.fetch(URI.create(server.uri("/")), Intakes.upTo(10));
                } catch (FetchException | InterruptedException failure) {
                    outcome.set(failure);
                }
            });
            asked.await();

            fetching.interrupt();
            fetching.join();

            assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
            end.countDown();
        }
    }

    @Test
    void aConnectionIsReusedAfterACompleteResponse() throws Exception {
        try (LoopbackServer server = LoopbackServer.start(content(random(100_000)));
                HttpSource source = source(SETTINGS, InetAddress::getAllByName)) {
            for (int round = 0; round < 5; round++) {
                source.fetch(URI.create(server.uri("/" + round)), Intakes.upTo(1_000_000));
            }
            assertThat(server.requests()).hasSize(5);
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"//a//b", "/", "///", "/;x=1", "/a?b=//c?d", "/%00%0d%0aX:y", "/..;/", "/%2e%2e/", "/*"})
    void aPathIsSentAsItIs(String path) throws Exception {
        try (LoopbackServer server = LoopbackServer.start(content(new byte[] {7}))) {
            assertThat(fetch(server.uri(path))).containsExactly(7);
            assertThat(server.requests()).singleElement().asString().startsWith("GET " + path + " HTTP/1.1\n");
        }
    }

    @Test
    void everyResponseIsAnOutcomeAndNeverAnUncheckedException() throws Exception {
        // given: responses with some bytes replaced, doubled or dropped
        List<String> answers = List.of(
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Type: image/png\r\n\r\nabcde",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: r\r\n\r\n",
                "HTTP/1.1 302 Found\r\nLocation: /next?a=b\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 503 Later\r\nRetry-After: 5\r\nContent-Length: 2\r\n\r\nno",
                "HTTP/1.1 200 OK\r\nContent-Length: -5\r\nContent-Length: 7\r\nTransfer-Encoding: gzip, chunked\r\n\r\nabc");
        Random random = new Random(11);
        try (LoopbackServer server = LoopbackServer.start((request, count, out) -> {
                    StringBuilder answer = new StringBuilder(answers.get(count % answers.size()));
                    for (int change = random.nextInt(4); change > 0; change--) {
                        int at = random.nextInt(answer.length());
                        switch (random.nextInt(3)) {
                            case 0 -> answer.setCharAt(at, (char) random.nextInt(256));
                            case 1 -> answer.insert(at, answer.substring(at));
                            default -> answer.deleteCharAt(at);
                        }
                    }
                    write(out, answer.toString());
                    out.close();
                });
                HttpSource source = source(SETTINGS, InetAddress::getAllByName)) {
            int fetched = 0;
            int refused = 0;
            for (int round = 0; round < 1_000; round++) {
                try {
                    source.fetch(URI.create(server.uri("/")), Intakes.upTo(100));
                    fetched++;
                } catch (FetchException failure) {
                    assertThat(failure.reason().stage()).isEqualTo(RejectionReason.NOT_FOUND.stage());
                    refused++;
                }
            }
            assertThat(fetched).isPositive();
            assertThat(refused).isPositive();
        }
    }

    @Test
    void aClosedSourceInterruptsItsFetches() throws Exception {
        HttpSource source = source(SETTINGS, InetAddress::getAllByName);
        source.close();

        assertThatThrownBy(() -> source.fetch(URI.create("http://127.0.0.1:8080/"), Intakes.upTo(10)))
                .isInstanceOf(InterruptedException.class);
    }

    private static byte[] fetch(String uri) throws Exception {
        try (HttpSource source = source(SETTINGS, InetAddress::getAllByName)) {
            return source.fetch(URI.create(uri), Intakes.upTo(MAX_BYTES));
        }
    }

    private static void assertRefused(String uri, RejectionReason reason) {
        assertThatThrownBy(() -> fetch(uri))
                .isInstanceOfSatisfying(
                        FetchException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(reason));
    }

    private static HttpSource source(HttpSettings settings, HostResolver names) throws NoSuchAlgorithmException {
        return new HttpSource(settings, names, SSLContext.getDefault(), Clock.fixed(NOW, ZoneOffset.UTC));
    }

    /// Opens a port on an address that [#SETTINGS] do not allow. Some systems have only one loopback address.
    private static ServerSocket inside(int port) throws IOException {
        ServerSocket server = new ServerSocket();
        try {
            server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.2"), port));
        } catch (BindException oneAddress) {
            server.close();
            assumeTrue(false, "127.0.0.2 is not an address of this machine: " + oneAddress);
        }
        return server;
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
