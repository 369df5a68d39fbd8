package dev.clipstream.search.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clipstream.runtime.settings.Home;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/// Clients that are slow, or send what no browser sends, to a complete service.
class HostileClientsIT {
    private static final int CLIENTS = 400;

    /// Less than the time after which the service gives up on a silent client.
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private static SampleService samples;
    private static HttpClient client;
    private static URI origin;

    @BeforeAll
    static void start() throws Exception {
        client = HttpClient.newHttpClient();
        samples = SampleService.start();
        origin = URI.create(samples.origin());
    }

    @AfterAll
    static void stop() {
        samples.close();
        client.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /v1/search HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\nHOST\r\n\r\n{",
                "POST /v1/media HTTP/1.1\r\nContent-Type: image/png\r\nTransfer-Encoding: chunked\r\nHOST\r\n\r\n5\r\na",
                "GET /v1/search?text=a HTTP/1.1\r\nHOST\r\nX-Unfinished: ",
            })
    void unfinishedRequestsDelayNeitherHealthNorSearches(String begun) throws Exception {
        List<Socket> sockets = new ArrayList<>();
        try {
            // given
            for (int i = 0; i < CLIENTS; i++) {
                sockets.add(send(connect(), begun));
            }

            // then
            assertServes();
        } finally {
            close(sockets);
        }
    }

    @Test
    void unreadResponsesDelayNeitherHealthNorSearches() throws Exception {
        List<Socket> sockets = new ArrayList<>();
        try {
            // given: more than the buffers of a connection hold
            for (int i = 0; i < CLIENTS / 4; i++) {
                sockets.add(send(connect(), "GET /v1/openapi.json HTTP/1.1\r\nHOST\r\n\r\n".repeat(200)));
            }

            // then
            assertServes();
        } finally {
            close(sockets);
        }
    }

    @Test
    void aBodyThatDripsIsAnsweredWithATimeout() throws Exception {
        try (Socket socket = connect()) {
            send(socket, """
                    POST /v1/search HTTP/1.1\r
                    HOST\r
                    Content-Type: application/json\r
                    Content-Length: 1000000\r
                    \r
                    """);
            socket.setSoTimeout(500);
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            while (received.size() == 0) {
                send(socket, " ");
                receive(socket, received);
            }
            assertThat(received.toString(StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 408")
                    .contains("Connection: close", "search.body-timeout");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /nosuch,         127.0.0.1, application/json, 404",
        "POST, /v1/search,      example.org, application/json, 401",
        "POST, /v1/search,      127.0.0.1, text/plain, 415",
        "PUT,  /v1/search,      127.0.0.1, application/x-www-form-urlencoded, 405",
        "POST, /actuator/health, 127.0.0.1, application/json, 405",
    })
    void aRefusedRequestIsAnsweredWithoutItsBodyAndTheConnectionIsClosed(
            String method, String path, String host, String type, int status) throws Exception {
        String response = exchange(method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\nContent-Type: " + type
                + "\r\nContent-Length: 1000000\r\n\r\n");

        assertThat(response).startsWith("HTTP/1.1 " + status).contains("application/problem+json");
    }

    @Test
    void aBodyThatIsTooLargeIsRefusedBeforeItIsSent() throws Exception {
        assertThat(exchange("""
                        POST /v1/search HTTP/1.1\r
                        HOST\r
                        Content-Type: application/json\r
                        Content-Length: 100000000\r
                        Expect: 100-continue\r
                        \r
                        """)).startsWith("HTTP/1.1 413");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /",
        "GET, /page/nosuch.js",
        "GET, /v1/tags",
        "HEAD, /v1/tags",
        "OPTIONS, /v1/tags",
        "TRACE, /v1/tags",
        "GET, /v1/media/pizza.webp/thumbnail",
        "GET, /v1/search",
        "GET, /v1/media/%00",
        "GET, /v1/tags?x={",
        "GET, /nosuch",
        "GET, /error",
        "GET, /actuator/health/liveness",
        "GET, /actuator/prometheus",
        "GET, /actuator/nosuch",
    })
    void everyResponseHasTheSecurityHeaders(String method, String path) throws Exception {
        assertThat(exchange(method + " " + path + " HTTP/1.1\r\nHOST\r\nConnection: close\r\n\r\n"))
                .contains(
                        "X-Content-Type-Options: nosniff",
                        "X-Frame-Options: DENY",
                        "Content-Security-Policy: default-src",
                        "Referrer-Policy: no-referrer",
                        "Cross-Origin-Resource-Policy: same-origin");
    }

    @ParameterizedTest
    @CsvSource({
        "GET,   /error,        404, no-such-path",
        "POST,  /error,        404, no-such-path",
        "TRACE, /v1/tags,      405, no-such-method",
        "FOO,   /v1/tags,      405, no-such-method",
        "GET,   /v1/media/%00, 400, bad-request",
        "GET,   /v1/tags?x={,  400, bad-request",
    })
    void errorsOfTheWebServerAreProblems(String method, String path, int status, String code) throws Exception {
        assertThat(exchange(method + " " + path + " HTTP/1.1\r\nHOST\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 " + status)
                .contains("application/problem+json", "\"code\":\"" + code + "\"");
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1,         200",
        "LocalHost,         200",
        "localhost.,        200",
        "127.1.2.3:80,      200",
        "[::1],             200",
        "[0:0:0:0:0:0:0:1], 200",
        "example.org,       401",
        "localhost.evil.example, 401",
        "127.0.0.1.evil.example, 401",
        "10.0.0.1,          401",
        "[::2],             401",
    })
    void onLoopbackOnlyLoopbackHostsAreServed(String host, int status) throws Exception {
        for (String path : List.of("/v1/tags", "/actuator/prometheus", "/actuator/health", "/", "/page/page.js")) {
            String response = exchange("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
            if (status == 401) {
                assertThat(response).as(path).startsWith("HTTP/1.1 401").contains("not-allowed");
            } else {
                assertThat(response).as(path).doesNotContain("not-allowed");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"image/webp", "image/webp; charset=binary", "IMAGE/WEBP;charset=\"utf-8\"", "image/webp;a=b;c"})
    void parametersOfAnImageTypeDoNotMatter(String type) throws Exception {
        HttpResponse<String> uploaded = post("/v1/media?mediaId=typed", type, sample());

        assertThat(uploaded.statusCode()).as(uploaded.body()).isEqualTo(202);
    }

    @ParameterizedTest
    @ValueSource(strings = {"image", "text/html", "image/webp/x"})
    void aContentTypeThatIsNotTakenIsNamed(String type) throws Exception {
        HttpResponse<String> refused = post("/v1/media", type, sample());

        assertThat(refused.statusCode()).isEqualTo(415);
        assertThat(refused.body()).contains("bad-content-type", type).doesNotContain("found none");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a%00b", "%00", "a%0Ab", "a%1F", "%7F"})
    void anIdThatNoUrlCanNameIsRefused(String mediaId) throws Exception {
        HttpResponse<String> refused = post("/v1/media?mediaId=" + mediaId, "image/webp", sample());

        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
        assertThat(refused.body()).contains("control characters");
    }

    @Test
    void anImageOfAQueryMayHaveFewerPixelsThanAnUpload() throws Exception {
        // given: 100 megapixels in 28 bytes
        String query = JsonMapper.builder()
                .build()
                .writeValueAsString(Map.of(
                        "query", List.of(Map.of("image", Base64.getEncoder().encodeToString(webp(10_000, 10_000))))));

        // when
        List<CompletableFuture<HttpResponse<String>>> searches = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            searches.add(client.sendAsync(
                    HttpRequest.newBuilder(origin.resolve("/v1/search"))
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(query))
                            .build(),
                    HttpResponse.BodyHandlers.ofString()));
        }

        // then
        assertServes();
        for (CompletableFuture<HttpResponse<String>> search : searches) {
            assertThat(search.get().statusCode()).isIn(413, 422);
        }
    }

    /// Returns a lossless WebP of one colour.
    private static byte[] webp(int width, int height) {
        // size and version; no transforms, colour cache or groups; five codes of one symbol each
        long header = (width - 1L) | (height - 1L) << 14;
        long codes = 0x11111L << 3;
        return ByteBuffer.allocate(28)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put("RIFF".getBytes(StandardCharsets.US_ASCII))
                .putInt(20)
                .put("WEBPVP8L".getBytes(StandardCharsets.US_ASCII))
                .putInt(8)
                .put((byte) 0x2f)
                .putInt((int) header)
                .put((byte) codes)
                .put((byte) (codes >> 8))
                .put((byte) (codes >> 16))
                .array();
    }

    private static byte[] sample() throws IOException {
        return Files.readAllBytes(Home.samples().resolve("pizza.webp"));
    }

    private static void assertServes() throws Exception {
        for (String path : List.of(
                "/actuator/health/liveness",
                "/actuator/health/readiness",
                "/v1/search?text=a%20car",
                "/v1/media?k=1")) {
            HttpRequest request = HttpRequest.newBuilder(origin.resolve(path))
                    .timeout(PATIENCE)
                    .build();
            assertThat(client.send(request, HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .as(path)
                    .isEqualTo(200);
        }
    }

    private static HttpResponse<String> post(String path, String type, byte[] body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(origin.resolve(path))
                        .header("Content-Type", type)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(1024);
        socket.connect(new InetSocketAddress(InetAddress.getByName(origin.getHost()), origin.getPort()));
        return socket;
    }

    private static Socket send(Socket socket, String text) throws IOException {
        String request = text.replace("HOST", "Host: " + origin.getAuthority());
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    /// Returns the response, after which the service closes the connection.
    private static String exchange(String request) throws IOException {
        try (Socket socket = connect()) {
            send(socket, request);
            socket.setSoTimeout((int) PATIENCE.toMillis());
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            while (receive(socket, received)) {
                assertThat(received.size()).isLessThan(10 << 20);
            }
            return received.toString(StandardCharsets.UTF_8);
        }
    }

    /// Receives what is there.
    ///
    /// @return false at the end
    private static boolean receive(Socket socket, ByteArrayOutputStream into) throws IOException {
        byte[] piece = new byte[8192];
        try {
            int read = socket.getInputStream().read(piece);
            into.write(piece, 0, Math.max(0, read));
            return read >= 0;
        } catch (SocketTimeoutException silent) {
            return true;
        } catch (SocketException closedWithUnreadBytes) {
            return false;
        }
    }

    private static void close(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
